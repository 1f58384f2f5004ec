from django.urls import path

from kernel.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.index, name="index"),
    path("files/<uuid:job_id>/", views.ready, name="ready"),
    path("saved/<int:pk>/delete/", views.delete, name="delete"),
    path("saved/<int:pk>/send/", views.send, name="send"),
    path("<str:label>/", views.show, name="show"),
    path("<str:label>/save/", views.save, name="save"),
]
