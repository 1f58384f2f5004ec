"""The region's public portal: nobody signs in here."""

from django.urls import include, path

handler400 = "ui.errors.bad_request"
handler403 = "ui.errors.permission_denied"
handler404 = "ui.errors.page_not_found"
handler500 = "ui.errors.server_error"

urlpatterns = [
    path("", include("shared_apps.region.urls")),
    path("", include("ui.urls")),
]
