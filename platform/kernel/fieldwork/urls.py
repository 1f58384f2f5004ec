from django.urls import path

from kernel.fieldwork import views

app_name = "fieldwork"
urlpatterns = [
    path("", views.index, name="index"),
    path("state/", views.state, name="state"),
    path("forms/", views.forms, name="forms"),
    path("cards/", views.cards, name="cards"),
    path("came/", views.came, name="came"),
    path("records/<uuid:key>/", views.record, name="record"),
]
