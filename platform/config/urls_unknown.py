"""A host that is nobody's: one page for every address. Nothing here signs anybody in."""

from django.urls import include, path

handler400 = "ui.errors.bad_request"
handler403 = "ui.errors.permission_denied"
handler404 = "shared_apps.communities.views.unknown_host"
handler500 = "ui.errors.server_error"

urlpatterns = [path("", include("ui.urls"))]
