from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "tests.benchmarks.peer.contacts"
    label = "contacts"
