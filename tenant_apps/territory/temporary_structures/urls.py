from django.urls import path

from tenant_apps.territory.temporary_structures import views

urlpatterns = [
    path("open/<int:pk>/", views.open_card, name="open-card"),
    path("<int:pk>/plate.pdf", views.plate, name="plate"),
]
