from django.urls import path

from kernel.bus import views

app_name = "bus"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:delivery_id>/retry/", views.retry, name="retry"),
    path("<int:delivery_id>/skip/", views.skip, name="skip"),
]
