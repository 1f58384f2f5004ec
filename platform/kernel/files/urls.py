from django.urls import path

from kernel.files import views

app_name = "files"
urlpatterns = [
    path("attach/", views.attach, name="attach"),
    path("attachments/<int:attachment_id>/detach/", views.detach, name="detach"),
    path("open/<str:token>", views.open_file, name="open"),
]
