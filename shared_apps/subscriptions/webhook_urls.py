from django.urls import path

from shared_apps.subscriptions.webhook_views import stripe_webhook

urlpatterns = [path("webhook/", stripe_webhook, name="stripe_webhook")]
