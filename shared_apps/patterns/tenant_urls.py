"""A community's pages about what its region offers."""

from django.urls import path

from shared_apps.patterns import adopting_pages

app_name = "templates"
urlpatterns = [
    path("", adopting_pages.index, name="index"),
    path("<slug:code>/", adopting_pages.offer, name="offer"),
    path("<slug:code>/undo/", adopting_pages.undo, name="undo"),
]
