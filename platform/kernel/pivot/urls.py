from django.urls import path

from kernel.pivot import sent_views, views

app_name = "pivot"
urlpatterns = [
    path("", views.index, name="index"),
    path("saved/<int:pk>/delete/", views.delete, name="delete"),
    path("saved/<int:pk>/history/", views.history, name="history"),
    path("saved/<int:pk>/subscribe/", sent_views.subscribe_to, name="subscribe"),
    path("subscriptions/<int:pk>/end/", sent_views.end, name="unsubscribe"),
    path("sent/<uuid:pk>/", sent_views.sent, name="sent"),
    path("sent/<uuid:pk>/file/", sent_views.file, name="sent_file"),
    path("<str:label>/", views.show, name="show"),
    path("<str:label>/save/", views.save, name="save"),
]
