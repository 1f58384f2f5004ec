from django.urls import path

from kernel.pivot import views

app_name = "pivot"
urlpatterns = [
    path("", views.index, name="index"),
    path("saved/<int:pk>/delete/", views.delete, name="delete"),
    path("saved/<int:pk>/history/", views.history, name="history"),
    path("<str:label>/", views.show, name="show"),
    path("<str:label>/save/", views.save, name="save"),
]
