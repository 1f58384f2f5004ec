from django.urls import include, path

from shared_apps.console.views import index

handler400 = "ui.errors.bad_request"
handler403 = "ui.errors.permission_denied"
handler404 = "ui.errors.page_not_found"
handler500 = "ui.errors.server_error"

urlpatterns = [
    # Where staff of this site land after sign-in; on a tenant's host the same name is the workspace.
    path("", index, name="workspace"),
    path("", include("shared_apps.console.urls")),
    path("onboarding/", include("shared_apps.onboarding.console_urls")),
    path("print-forms/", include("shared_apps.patterns.console_urls")),
    path("payments/", include("shared_apps.subscriptions.console_urls")),
    path("accounts/", include("kernel.access.account_urls")),
    path("access/", include("kernel.access.urls")),
    path("", include("ui.urls")),
]
