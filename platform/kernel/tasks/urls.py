from django.urls import path

from kernel.tasks import views

app_name = "tasks"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("<uuid:task_id>/", views.card, name="card"),
    path("<uuid:task_id>/take/", views.take, name="take"),
    path("<uuid:task_id>/finish/", views.finish, name="finish"),
    path("<uuid:task_id>/return/", views.give_back, name="return"),
    path("<uuid:task_id>/delegate/", views.delegate, name="delegate"),
    path("<uuid:task_id>/withdraw/", views.withdraw, name="withdraw"),
]
