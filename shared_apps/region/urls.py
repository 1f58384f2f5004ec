from django.urls import path

from shared_apps.region import views

app_name = "region"

urlpatterns = [
    path("", views.first_page, name="first"),
    path("communities/<slug:slug>/", views.community_page, name="community"),
    path("indicators/", views.indicators, name="indicators"),
    path("indicators/<str:code>/", views.indicator_page, name="indicator"),
    path("data/", views.datasets, name="datasets"),
    path("cnap/", views.cnap, name="cnap"),
]
