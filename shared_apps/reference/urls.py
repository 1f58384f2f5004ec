"""A community's pages about the rules it lives by."""

from django.urls import path

from shared_apps.reference import views

app_name = "reference"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:code>/", views.rule_card, name="rule"),
    path("<slug:code>/decisions/<int:decision_id>/cancel/", views.cancel_decision, name="cancel"),
]
