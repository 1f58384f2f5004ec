"""The landing page's way in: one question per address."""

from django.urls import path

from shared_apps.onboarding import plan_views, proof_views, return_views, views

app_name = "onboarding"
urlpatterns = [
    path("", views.find, name="find"),
    path("here/<str:code>/", views.here, name="here"),
    path("none/", views.none, name="none"),
    path("mail/", views.mail, name="mail"),
    path("code/", views.code, name="code"),
    path("you/", views.you, name="you"),
    path("owner/", views.owner, name="owner"),
    path("community/", views.community, name="community"),
    path("authority/", proof_views.authority, name="authority"),
    path("authority/kep/", proof_views.kep, name="kep"),
    path("authority/kep/zaiava.txt", proof_views.to_sign, name="to_sign"),
    path("authority/kep/test/", proof_views.sign_for_show, name="sign_for_show"),
    path("authority/letter/", proof_views.letter, name="letter"),
    path("plan/", plan_views.plan, name="plan"),
    path("modules/", plan_views.choose_modules, name="modules"),
    path("payment/", plan_views.payment, name="payment"),
    path("payment/card/", plan_views.card, name="card"),
    path("payment/paid/", plan_views.paid, name="paid"),
    path("check/", plan_views.check, name="check"),
    path("waiting/", proof_views.waiting, name="waiting"),
    path("creating/", plan_views.creating, name="creating"),
    path("creating/progress.json", plan_views.progress, name="progress"),
    path("creating/again/", plan_views.again, name="again"),
    path("resume/<str:token>/", return_views.resume, name="resume"),
    path("join/<str:token>/", return_views.join, name="join"),
]
