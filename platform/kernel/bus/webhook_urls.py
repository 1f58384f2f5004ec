from django.urls import path

from kernel.bus import views

app_name = "webhooks"
urlpatterns = [
    path("", views.webhook_list, name="index"),
    path("new/", views.new_webhook, name="new"),
    path("<uuid:webhook_id>/", views.webhook_card, name="card"),
    path("<uuid:webhook_id>/edit/", views.edit_webhook, name="edit"),
    path("<uuid:webhook_id>/secret/", views.renew, name="renew"),
    path("<uuid:webhook_id>/off/", views.switch_off, name="off"),
    path("<uuid:webhook_id>/on/", views.switch_on, name="on"),
    path("<uuid:webhook_id>/<uuid:message_id>/resend/", views.resend, name="resend"),
]
