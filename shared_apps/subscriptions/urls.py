"""The tenant's own pages about its plan; paying is open even when nothing may be changed."""

from django.urls import path

from shared_apps.subscriptions import change_views, views

urlpatterns = [
    path("", views.plan, name="subscription"),
    path("pay/", views.pay, name="subscription_pay"),
    path("card/", views.portal, name="subscription_portal"),
    path("seats/", views.seats, name="subscription_seats"),
    path("change/", change_views.choose, name="subscription_choose"),
    path("change/<slug:code>/", change_views.change, name="subscription_change"),
    path("end/", change_views.end, name="subscription_end"),
    path("go-on/", change_views.go_on, name="subscription_go_on"),
    path("renew/", change_views.renew, name="subscription_renew"),
    path("papers/<int:pk>/", views.paper, name="subscription_paper"),
    path("papers/<int:pk>/sign/", views.sign, name="subscription_sign"),
]
