from django.urls import path

from shared_apps.patterns import pages, rule_set_pages

app_name = "patterns"
urlpatterns = [
    path("", pages.index, name="index"),
    path("rules/", rule_set_pages.index, name="rule_sets"),
    path("rules/<str:region>/new/", rule_set_pages.compose, name="new_rule_set"),
    path("rules/<str:region>/sets/<slug:code>/", rule_set_pages.rule_set, name="rule_set"),
    path("rules/<str:region>/sets/<slug:code>/next/", rule_set_pages.compose, name="next_rule_set"),
    path(
        "rules/<str:region>/sets/<slug:code>/<int:number>/withdraw/", rule_set_pages.withdraw, name="withdraw_rule_set"
    ),
    path("<str:region>/<str:label>/upload/", pages.upload, name="upload"),
    path("<str:region>/<str:label>/example/", pages.example, name="example"),
    path("<str:region>/<str:label>/forms/<slug:code>/", pages.form_page, name="form"),
    path("<str:region>/<str:label>/forms/<slug:code>/sample/", pages.sample, name="sample"),
    path("<str:region>/<str:label>/forms/<slug:code>/template/", pages.template, name="template"),
    path("<str:region>/<str:label>/forms/<slug:code>/put/", pages.put, name="put"),
]
