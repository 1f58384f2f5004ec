"""The tenant's own page about its modules."""

from django.urls import path

from kernel.modules import views

app_name = "modules"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:label>/enable/", views.enable, name="enable"),
    path("<slug:label>/disable/", views.disable, name="disable"),
]
