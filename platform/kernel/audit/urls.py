from django.urls import path

from kernel.audit import views

app_name = "audit"

urlpatterns = [
    path("", views.index, name="index"),
    path("export.csv", views.export, name="export"),
    path("verify/", views.verify, name="verify"),
    path("views/", views.views, name="views"),
]
