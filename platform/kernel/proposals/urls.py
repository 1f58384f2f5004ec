from django.urls import path

from kernel.proposals import public_views, views

app_name = "proposals"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("mine/", views.mine, name="mine"),
    path("<uuid:key>/", views.review, name="review"),
    path("<uuid:key>/refuse/", views.refuse_page, name="refuse"),
    path("<uuid:key>/ask/", views.ask_page, name="ask"),
    path("<uuid:key>/answer/", views.answer_page, name="answer"),
    path("<uuid:key>/withdraw/", views.withdraw_page, name="withdraw"),
    path("to/<str:label>/", views.suggest, name="suggest-new"),
    path("to/<str:label>/<int:pk>/", views.suggest, name="suggest"),
    path("open/<slug:slug>/", public_views.suggest, name="open-new"),
    path("open/<slug:slug>/<int:pk>/", public_views.suggest, name="open"),
    path("confirm/<str:token>/", public_views.confirm_page, name="confirm"),
    path("sent/<str:token>/", public_views.sent, name="sent"),
]
