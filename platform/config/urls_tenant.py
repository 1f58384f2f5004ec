from django.urls import include, path

from kernel.api import build_api
from kernel.jobs.views import all_jobs
from kernel.search.views import search
from shared_apps.communities.brand import brand_css, coat_of_arms
from shared_apps.communities.helping import help_page
from shared_apps.communities.installing import app_icon, manifest
from shared_apps.communities.views import home
from ui.files import signed_file
from ui.gallery import gallery, streets
from ui.views import push_worker, workspace

handler400 = "ui.errors.bad_request"
handler403 = "ui.errors.permission_denied"
handler404 = "ui.errors.page_not_found"
handler429 = "kernel.access.lockout.too_many_requests"
handler500 = "ui.errors.server_error"

urlpatterns = [
    path("", home, name="home"),
    path("workspace/", workspace, name="workspace"),
    path("help/", help_page, name="help"),
    path("gallery/", gallery, name="gallery"),
    path("gallery/streets/", streets, name="gallery_streets"),
    path("accounts/", include("kernel.access.account_urls")),
    path("access/", include("kernel.access.urls")),
    path("api/v1/", build_api().urls),
    path("administration/audit/", include("kernel.audit.urls")),
    path("administration/bus/", include("kernel.bus.urls")),
    path("administration/webhooks/", include("kernel.bus.webhook_urls")),
    path("administration/jobs/", all_jobs, name="all_jobs"),
    path("jobs/", include("kernel.jobs.urls")),
    path("push-worker.js", push_worker, name="push_worker"),
    path("notices/", include("kernel.notices.urls")),
    path("tasks/", include("kernel.tasks.urls")),
    path("terms/", include("kernel.renewals.urls")),
    path("proposals/", include("kernel.proposals.urls")),
    path("field/", include("kernel.fieldwork.urls")),
    path("administration/tags/", include("kernel.remarks.tag_urls")),
    path("administration/reference/", include("shared_apps.reference.urls")),
    path("administration/region-rules/", include("shared_apps.patterns.tenant_urls")),
    path("administration/region/", include("shared_apps.rollups.urls")),
    path("administration/community/", include("shared_apps.communities.urls")),
    path("administration/plan/", include("shared_apps.subscriptions.urls")),
    path("first-day/", include("shared_apps.onboarding.first_day_urls")),
    path("files/<str:token>", signed_file, name="file"),
    path("files/", include("kernel.files.urls")),
    path("remarks/", include("kernel.remarks.urls")),
    path("reports/", include("kernel.reports.urls")),
    path("pivot/", include("kernel.pivot.urls")),
    path("administration/registers/", include("kernel.designer.urls")),
    path("own/", include("kernel.designer.own_urls")),
    path("print-forms/", include("kernel.printforms.urls")),
    path("search/", search, name="search"),
    path("maps/", include("kernel.maps.urls")),
    path("ogc/", include("kernel.maps.ogc.urls")),
    path("open/maps/", include("kernel.maps.open_urls")),
    path("open/", include("kernel.registers.public.urls")),
    path("brand.css", brand_css, name="brand"),
    path("coat-of-arms", coat_of_arms, name="coat_of_arms"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path("app-icon-<int:side>.png", app_icon, name="app_icon"),
    path("", include("ui.urls")),
    path("", include("kernel.modules.urls")),
]
