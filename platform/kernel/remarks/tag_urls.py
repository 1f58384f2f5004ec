from django.urls import path

from kernel.remarks import tag_pages

app_name = "tags"
urlpatterns = [
    path("", tag_pages.index, name="index"),
    path("<int:tag_id>/", tag_pages.edit, name="edit"),
    path("<int:tag_id>/merge/", tag_pages.merge, name="merge"),
    path("<int:tag_id>/delete/", tag_pages.delete, name="delete"),
]
