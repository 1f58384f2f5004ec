from django.urls import path

from tenant_apps.portal.contacts import views

urlpatterns = [
    path("", views.contact_list, name="index"),
    path("new/", views.edit, name="new"),
    path("<int:contact_id>/", views.edit, name="edit"),
    path("<int:contact_id>/archive/", views.archive, name="archive"),
]
