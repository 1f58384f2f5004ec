from django.urls import path

from shared_apps.console import days, figures, overview, rating_pages, report_pages, traffic, views, watch_pages

app_name = "console"

urlpatterns = [
    path("", views.index, name="index"),
    path("communities/<uuid:pk>/", views.community, name="community"),
    path("communities/<uuid:pk>/ask/", watch_pages.ask_community, name="ask"),
    path("indicators/", overview.overview, name="overview"),
    path("indicators/rating/", rating_pages.rating_page, name="rating"),
    path("indicators/rating/save/", rating_pages.save_rating, name="save_rating"),
    path("indicators/rating/<uuid:pk>/forget/", rating_pages.drop_rating, name="drop_rating"),
    path("indicators/report/", report_pages.report_page, name="report"),
    path("indicators/report/save/", report_pages.save_report, name="save_report"),
    path("indicators/report/<uuid:pk>/forget/", report_pages.drop_report, name="drop_report"),
    path("indicators/together/", figures.together_page, name="together"),
    path("indicators/table/", figures.table, name="table"),
    path("indicators/days/", days.days, name="days"),
    path("indicators/passports/", figures.passports, name="passports"),
    path("indicators/passports/<str:code>/", figures.passport, name="passport"),
    path("alerts/", watch_pages.alerts, name="alerts"),
    path("alerts/rules/<uuid:pk>/forget/", watch_pages.forget_rule, name="forget_rule"),
    path("alerts/<int:pk>/acknowledge/", watch_pages.acknowledge, name="acknowledge"),
    path("alerts/digest/", watch_pages.digest, name="digest"),
    path("bus/", traffic.bus, name="bus"),
    path("announcements/", watch_pages.announcements, name="announcements"),
    path("announcements/<uuid:pk>/withdraw/", watch_pages.withdraw, name="withdraw"),
    path("requests/", watch_pages.requests, name="requests"),
    path("requests/<uuid:pk>/", watch_pages.request_page, name="request"),
    path("requests/<uuid:pk>/<int:place>/", watch_pages.document, name="document"),
]
