"""How the first page calls a person."""

import pytest
from django.utils.translation import override

from ui.workspace import addressed


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Оксана", "Оксано"),
        ("Марія", "Маріє"),
        ("Сергій", "Сергію"),
        ("Мар’яна", "Марʼяно"),
        ("Xavier", "Xavier"),
        ("", ""),
    ],
)
def test_a_person_is_called_by_name(name, called):
    assert addressed(name) == called


def test_other_languages_have_no_such_case():
    with override("en"):
        assert addressed("Оксана") == "Оксана"
