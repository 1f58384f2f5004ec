from __future__ import annotations

import re

from django import forms

from ui.forms import Renderer


class Kiosk(forms.Form):
    default_renderer = Renderer
    address = forms.CharField(label="Адреса", help_text="Вулиця і номер")
    area = forms.DecimalField(label="Площа", required=False, widget=forms.NumberInput(attrs={"placeholder": "площа"}))
    secret = forms.CharField(label="Пароль", required=False, widget=forms.PasswordInput)
    pays = forms.ChoiceField(label="Сплачувати", choices=[("m", "щомісяця"), ("y", "за рік")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="Погоджено", required=False)
    back = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> None:
        if self.cleaned_data.get("area") == 7:
            raise forms.ValidationError("Площу 7 м² уже зайнято. Виберіть іншу.")


def test_a_clean_form_has_labels_hints_and_no_summary() -> None:
    html = str(Kiosk(auto_id="id_%s"))
    assert '<label for="id_address">Адреса</label>' in html
    assert 'id="id_address_helptext"' in html and 'aria-describedby="id_address_helptext"' in html
    assert "error-summary" not in html and "placeholder" not in html
    assert html.count('type="hidden"') == 1
    assert re.search(r"<legend>Сплачувати</legend>", html)
    assert html.count("необовʼязково") == 2
    assert "<secret-field" in html


def test_an_error_stands_beneath_its_field_and_in_the_summary() -> None:
    form = Kiosk({"address": "", "pays": "", "area": "сім"})
    html = str(form)
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_address_helptext id_address_error"' in html
    assert 'id="id_address_error"' in html
    for anchor in ("#id_address", "#id_area", "#id_pays_0"):
        assert f'href="{anchor}"' in html
    assert 'id="id_pays_0"' in html
    assert html.index('role="alert"') < html.index("id_address")


def test_an_error_of_the_whole_form_is_said_first() -> None:
    html = str(Kiosk({"address": "Миру, 5", "pays": "m", "area": "7"}))
    assert "<b>Площу 7 м² уже зайнято. Виберіть іншу.</b>" in html
    assert 'href="#' not in html


def test_what_was_typed_is_escaped() -> None:
    html = str(Kiosk({"address": '"><script>alert(1)</script>', "pays": ""}))
    assert "<script" not in html
