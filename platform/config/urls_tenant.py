from django.urls import include, path

from kernel.api import build_api
from shared_apps.communities.brand import brand_css, coat_of_arms
from shared_apps.communities.views import home
from ui.files import signed_file
from ui.views import workspace

handler400 = "ui.errors.bad_request"
handler403 = "ui.errors.permission_denied"
handler404 = "ui.errors.page_not_found"
handler429 = "kernel.access.lockout.too_many_requests"
handler500 = "ui.errors.server_error"

urlpatterns = [
    path("", home, name="home"),
    path("workspace/", workspace, name="workspace"),
    path("accounts/", include("kernel.access.account_urls")),
    path("access/", include("kernel.access.urls")),
    path("api/v1/", build_api().urls),
    path("administration/audit/", include("kernel.audit.urls")),
    path("files/<str:token>", signed_file, name="file"),
    path("brand.css", brand_css, name="brand"),
    path("coat-of-arms", coat_of_arms, name="coat_of_arms"),
    path("", include("ui.urls")),
    path("", include("kernel.modules.urls")),
]
