from django.urls import path

from tenant_apps.territory.addresses import views

urlpatterns = [
    path("merge/<slug:what>/<int:pk>/", views.choose_double, name="choose-double"),
    path("merge/<slug:what>/<int:pk>/<int:other>/", views.merge, name="merge"),
]
