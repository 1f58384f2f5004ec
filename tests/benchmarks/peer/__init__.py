"""A project of its own that does with django-tenants, as its manual says, what the product does its way."""
