import pytest

from shared_apps.reference.folding import fold, tidy
from shared_apps.reference.loading.hierarchy import by_prefix, by_segments, by_zeros, levels


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Кам’янка", "кам'янка"),
        ("КАМ`ЯНКА", "Камʼянка"),
        ("Ґанджалівка", "Ганджалівка"),
        ("Івано-Франківськ", "івано франківськ"),
        ("BІHHИЦЯ", "вінниця"),
        ("  Нова   Каховка ", "нова каховка"),
        ("Кре\N{COMBINING ACUTE ACCENT}мінь", "кремінь"),
        ("Їжакевичі", "їжакевичі"),
    ],
)
def test_alike(first, second):
    assert fold(first) == fold(second)


@pytest.mark.parametrize(("first", "second"), [("Іванівка", "Иванівка"), ("Ромни", "Ромен"), ("Київ", "Киів")])
def test_different(first, second):
    assert fold(first) != fold(second)


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("Математикa", "Математика"),
        ("аварiйно-ремонтного", "аварійно-ремонтного"),
        ("перев'язувальні\N{NO-BREAK SPACE}матеріали ", "перев’язувальні матеріали"),
        ("вольт AC", "вольт AC"),
        ("monobank", "monobank"),
    ],
)
def test_tidy(text, tidied):
    assert tidy(text) == tidied


def test_hierarchies():
    assert by_zeros(["2000", "2100", "2111", "9000"]) == {"2000": "", "2100": "2000", "2111": "2100", "9000": ""}
    assert by_zeros(["03000000-1", "03110000-5"])["03110000-5"] == "03000000-1"
    assert by_prefix(["1", "11", "1110", "1110.1"])["1110.1"] == "1110"
    assert by_segments(["I", "I.1", "I.1 01", "I.1 01 01", "I.1 01.01.02"])["I.1 01.01.02"] == "I.1 01 01"
    assert levels({"2000": "", "2100": "2000", "2111": "2100"}) == {"2000": 1, "2100": 2, "2111": 3}
