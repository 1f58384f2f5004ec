from django.db import models


class Contact(models.Model):
    """As much of the product's contacts as the measured view reads."""

    title = models.CharField(max_length=200)

    class Meta:
        managed = False
        db_table = "contacts_contact"

    def __str__(self) -> str:
        return self.title
