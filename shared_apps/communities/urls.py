"""A community's pages about itself as a tenant of the cloud."""

from django.urls import path

from shared_apps.communities import branding, own_pages

app_name = "community"
urlpatterns = [
    path("brand/", branding.brand, name="brand"),
    path("brand/preview.css", branding.preview_css, name="brand_preview"),
    path("health/", own_pages.health, name="health"),
    path("export/", own_pages.export, name="export"),
    path("export/<uuid:job_id>/cancel/", own_pages.cancel_export, name="cancel_export"),
    path("export/<uuid:job_id>/archive/", own_pages.download, name="download"),
]
