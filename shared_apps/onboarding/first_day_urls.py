from django.urls import path

from shared_apps.onboarding import first_day_views

app_name = "first_day"
urlpatterns = [
    path("", first_day_views.index, name="index"),
    path("brand/", first_day_views.brand, name="brand"),
    path("domain/", first_day_views.domain, name="domain"),
    path("mail/", first_day_views.mail, name="mail"),
    path("copy/", first_day_views.sandbox, name="sandbox"),
    path("enterprises/", first_day_views.enterprises, name="enterprises"),
    path("enterprises/<uuid:pk>/", first_day_views.decide, name="decide"),
]
