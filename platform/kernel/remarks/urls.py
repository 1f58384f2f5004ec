from django.urls import path

from kernel.remarks import views

app_name = "remarks"
urlpatterns = [
    path("comments/", views.add_comment, name="add_comment"),
    path("comments/<int:comment_id>/edit/", views.edit_comment, name="edit_comment"),
    path("comments/<int:comment_id>/remove/", views.remove_comment, name="remove_comment"),
    path("tags/", views.add_tag, name="add_tag"),
    path("tags/<int:tag_id>/take/", views.take_tag, name="take_tag"),
    path("favourites/", views.favourite, name="favourite"),
    path("subscriptions/", views.subscription, name="subscription"),
]
