"""The house's fixtures, which live beside the tests that span modules."""

from tests.conftest import alpha, beta, client_for, django_db_setup, in_alpha, platform_around_database

__all__ = ["alpha", "beta", "client_for", "django_db_setup", "in_alpha", "platform_around_database"]
