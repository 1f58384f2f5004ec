from django.urls import path

from shared_apps.console import views

app_name = "console"

urlpatterns = [
    path("", views.index, name="index"),
    path("communities/<uuid:pk>/", views.community, name="community"),
]
