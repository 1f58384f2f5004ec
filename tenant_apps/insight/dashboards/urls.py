from django.urls import path

from tenant_apps.insight.dashboards import views, views_figures

urlpatterns = [
    path("", views.index, name="index"),
    path("enterprises/", views_figures.enterprises, name="enterprises"),
    path("plans/", views_figures.plans_page, name="plans"),
    path("plans/new/", views_figures.new_plan, name="new_plan"),
    path("plans/<int:pk>/", views_figures.edit_plan, name="plan"),
    path("plans/<int:pk>/delete/", views_figures.delete_plan, name="delete_plan"),
    path("why/<str:code>/", views_figures.why, name="why"),
    path("board/<slug:code>/", views.board, name="board"),
    path("board/<slug:code>/arrange/", views.arrange_page, name="arrange"),
]
