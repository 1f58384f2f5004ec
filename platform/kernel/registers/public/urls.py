from django.urls import path

from kernel.registers.public import views

app_name = "open"
urlpatterns = [
    path("", views.index, name="index"),
    path("catalogue.jsonld", views.catalogue_file, name="catalogue"),
    path("<slug:slug>/", views.page, name="page"),
    path("<slug:slug>/datapackage.json", views.package, name="package"),
    path("<slug:slug>/data.<slug:extension>", views.file, name="file"),
    path("<slug:slug>/stops.txt", views.file, {"extension": "txt"}, name="stops"),
]
