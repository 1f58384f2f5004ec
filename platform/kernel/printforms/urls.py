from django.urls import path

from kernel.printforms import printing, views

app_name = "printforms"
urlpatterns = [
    path("<str:label>/", views.index, name="index"),
    path("<str:label>/fields/", views.field_list, name="fields"),
    path("<str:label>/example/", views.example, name="example"),
    path("<str:label>/upload/", views.upload, name="upload"),
    path("<str:label>/cards/<int:pk>/", printing.choose, name="choose"),
    path("<str:label>/cards/<int:pk>/<slug:code>/", printing.print_page, name="print"),
    path("<str:label>/cards/<int:pk>/<slug:code>/picture/", printing.picture, name="picture"),
    path("<str:label>/forms/<slug:code>/", views.form_page, name="form"),
    path("<str:label>/forms/<slug:code>/template/", views.template, name="template"),
    path("<str:label>/forms/<slug:code>/put/", views.put, name="put"),
]
