from django.urls import path

from shared_apps.subscriptions import console_views

app_name = "payments"
urlpatterns = [
    path("", console_views.index, name="index"),
    path("statement/", console_views.statement, name="statement"),
    path("lines/<int:pk>/", console_views.settle, name="settle"),
]
