from django.urls import include, path

from shared_apps.communities.views import landing

handler400 = "ui.errors.bad_request"
handler403 = "ui.errors.permission_denied"
handler404 = "ui.errors.page_not_found"
handler500 = "ui.errors.server_error"

urlpatterns = [
    path("", landing, name="home"),
    path("start/", include("shared_apps.onboarding.urls")),
    path("stripe/", include("shared_apps.subscriptions.webhook_urls")),
    path("", include("ui.urls")),
]
