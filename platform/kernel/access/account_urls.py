"""Everything under /accounts/: our own doors, then allauth's pages."""

from django.urls import include, path

from kernel.access.views import entry

urlpatterns = [
    path("invitation/<str:token>/", entry.invitation, name="access_invitation"),
    path("one-time/<str:token>/", entry.one_time, name="access_one_time"),
    path("second-step/", entry.mfa_required, name="access_mfa_required"),
    path("", include("allauth.urls")),
]
