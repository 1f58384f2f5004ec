from django.urls import path

from tenant_apps.territory.adjacent_territories import views

urlpatterns = [path("decisions/<int:pk>/annex.pdf", views.annex, name="annex")]
