from django.urls import path

from tenant_apps.operations.control import views

urlpatterns = [
    path("new/", views.new, name="violations-new"),
    path("record/<int:pk>/", views.record, name="record"),
]
