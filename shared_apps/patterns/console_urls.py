from django.urls import path

from shared_apps.patterns import pages

app_name = "patterns"
urlpatterns = [
    path("", pages.index, name="index"),
    path("<str:region>/<str:label>/upload/", pages.upload, name="upload"),
    path("<str:region>/<str:label>/example/", pages.example, name="example"),
    path("<str:region>/<str:label>/forms/<slug:code>/", pages.form_page, name="form"),
    path("<str:region>/<str:label>/forms/<slug:code>/sample/", pages.sample, name="sample"),
    path("<str:region>/<str:label>/forms/<slug:code>/template/", pages.template, name="template"),
    path("<str:region>/<str:label>/forms/<slug:code>/put/", pages.put, name="put"),
]
