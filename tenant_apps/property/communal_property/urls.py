from django.urls import path

from tenant_apps.property.communal_property import views

urlpatterns = [path("inventories/<int:pk>/count/", views.count, name="count")]
