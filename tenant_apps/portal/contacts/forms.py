from __future__ import annotations

from django import forms

from tenant_apps.portal.contacts.models import Contact, normalised_phone


class ContactForm(forms.ModelForm):
    phone = Contact._meta.get_field("phone").formfield(max_length=30)

    class Meta:
        model = Contact
        fields = (
            "title", "person", "phone", "email", "reception_hours", "room", "department", "settlement", "published"
        )  # fmt: skip

    def clean_phone(self) -> str:
        return normalised_phone(self.cleaned_data["phone"])
