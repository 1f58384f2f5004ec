from django.urls import path

from shared_apps.subscriptions import console_views, contract_pages

app_name = "payments"
urlpatterns = [
    path("", console_views.index, name="index"),
    path("statement/", console_views.statement, name="statement"),
    path("lines/<int:pk>/", console_views.settle, name="settle"),
    path("contracts/", contract_pages.contracts, name="contracts"),
    path("contracts/<int:pk>/", contract_pages.contract, name="contract"),
    path("payers/", contract_pages.payers, name="payers"),
    path("payers/new/", contract_pages.add_payer, name="add_payer"),
    path("payers/<uuid:pk>/", contract_pages.payer, name="payer"),
    path("payers/<uuid:pk>/papers/<int:paper>/", contract_pages.payer_paper, name="payer_paper"),
    path("payers/<uuid:pk>/<uuid:subscription>/stop/", contract_pages.stop_paying, name="stop_paying"),
    path("payers/<uuid:pk>/<uuid:subscription>/card/", contract_pages.by_card, name="payer_card"),
]
