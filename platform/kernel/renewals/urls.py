from django.urls import path

from kernel.renewals import views

app_name = "renewals"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:year>/<int:month>/", views.index, name="month"),
    path("feed/", views.feed_key, name="feed-key"),
    path("feed/<str:secret>.ics", views.feed, name="feed"),
]
