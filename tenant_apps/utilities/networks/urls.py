from django.urls import path

from tenant_apps.utilities.networks import views

urlpatterns = [path("trace/<int:pk>/", views.trace, name="trace")]
