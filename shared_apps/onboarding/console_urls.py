from django.urls import path

from shared_apps.onboarding import console_views

app_name = "onboarding_queue"
urlpatterns = [
    path("", console_views.queue, name="queue"),
    path("<uuid:pk>/", console_views.application, name="application"),
    path("<uuid:pk>/letter/", console_views.letter, name="letter"),
]
