from django.urls import path

from kernel.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.my_jobs, name="index"),
    path("<uuid:job_id>/", views.card, name="card"),
    path("<uuid:job_id>/state", views.state, name="state"),
    path("<uuid:job_id>/cancel/", views.cancel, name="cancel"),
    path("<uuid:job_id>/retry/", views.retry, name="retry"),
]
