from django.urls import path

from shared_apps.rollups import pages

app_name = "region_access"
urlpatterns = [
    path("", pages.index, name="index"),
    path("<uuid:pk>/", pages.asked_page, name="request"),
    path("<uuid:pk>/refuse/", pages.refuse_page, name="refuse"),
    path("<uuid:pk>/revoke/", pages.revoke, name="revoke"),
]
