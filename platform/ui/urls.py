"""What every site of the cloud answers: the language, the looks, and what machines ask for."""

from django.urls import path

from ui import appearance, views

urlpatterns = [
    path("language", appearance.set_language_here, name="set_language"),
    path("appearance", appearance.set_appearance, name="set_appearance"),
    path("robots.txt", views.robots, name="robots"),
    path("favicon.ico", views.favicon, name="favicon"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
]
