"""Found by allauth beside the provider: /accounts/oidc/<provider>/login/ and its callback."""

from django.urls import path

from kernel.access.openid import views

urlpatterns = [
    path("oidc/<slug:provider_id>/login/", views.login, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", views.callback, name="openid_connect_callback"),
]
