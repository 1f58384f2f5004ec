from django.urls import path

from kernel.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.index, name="index"),
    path("read-all/", views.read_all, name="read_all"),
    path("preferences/", views.preferences, name="preferences"),
    path("journal/", views.journal, name="journal"),
    path("<uuid:notice_id>/", views.open_notice, name="open"),
]
