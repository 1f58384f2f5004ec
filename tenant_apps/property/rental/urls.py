from django.urls import path

from tenant_apps.property.rental import views

urlpatterns = [
    path("open/", views.offers, name="offers"),
    path("open/feed.xml", views.feed, name="feed"),
    path("open/<int:pk>/", views.offer, name="offer"),
    path("open/<int:pk>/<str:what>/<str:size>/", views.picture, name="picture"),
]
