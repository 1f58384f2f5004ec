"""Where a tenant designs: fields of any register, registers of its own, exchange."""

from django.urls import path

from kernel.designer import views

app_name = "designer"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.make_register, name="make"),
    path("take/", views.take, name="take"),
    path("<str:label>/", views.register_page, name="register"),
    path("<str:label>/edit/", views.change_register, name="edit"),
    path("<str:label>/do/", views.act, name="act"),
    path("<str:label>/give/", views.give, name="give"),
    path("<str:label>/versions/<int:number>/", views.version_page, name="version"),
    path("<str:label>/fields/new/", views.add_field, name="add-field"),
    path("<str:label>/fields/<int:pk>/", views.change_field, name="field"),
    path("<str:label>/fields/<int:pk>/kind/<slug:kind>/", views.change_kind, name="kind"),
]
