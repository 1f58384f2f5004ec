from django.urls import path

from kernel.notices import devices, views

app_name = "notices"
urlpatterns = [
    path("", views.index, name="index"),
    path("read-all/", views.read_all, name="read_all"),
    path("preferences/", views.preferences, name="preferences"),
    path("devices/", devices.add, name="add_device"),
    path("devices/<int:device_id>/remove/", devices.remove, name="remove_device"),
    path("number/", devices.number, name="number"),
    path("gateway/", devices.gateway, name="gateway"),
    path("journal/", views.journal, name="journal"),
    path("<uuid:notice_id>/", views.open_notice, name="open"),
]
