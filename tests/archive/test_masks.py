"""Masks of a training copy keep the form that constraints ask for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import sql

from kernel import identifiers
from kernel.tenancy.personal import personal_fields
from provisioning.archive.mask import MASKS, tenant_models

IBANS = ["UA453052990000026007011609571", "UA213223130000026007233566001", "UA778999980314020544000016001"]


@pytest.fixture
def masked(app_connection):
    def mask(kind, values):
        expression = sql.SQL(MASKS[kind].replace("%%", "%")).format(column=sql.Identifier("value"), salt="t_alpha")
        query = sql.SQL("SELECT {} FROM unnest({}::text[]) AS given(value)").format(expression, sql.Literal(values))
        return [row[0] for row in app_connection.execute(query)]

    return mask


def test_every_mask_that_is_put_on_is_known():
    kept = [
        model
        for model in tenant_models()
        if not getattr(model, "append_only", False) and not getattr(model, "forgotten_in_copies", False)
    ]
    named = {f"{model.__name__}.{field}": kind for model in kept for field, kind in personal_fields(model).items()}
    assert len(named) > 30
    assert {field: kind for field, kind in named.items() if kind not in MASKS} == {}


def test_masked_account_is_an_account_and_another_one(masked):
    made = masked("iban", IBANS)
    assert all(identifiers.is_iban(iban) for iban in made)
    assert not set(made) & set(IBANS) and len(set(made)) == 3
    assert made == masked("iban", IBANS)


def test_any_masked_account_has_a_right_control_number(masked):
    @given(st.lists(st.text("0123456789", min_size=1, max_size=19), min_size=1, max_size=20))
    @settings(max_examples=25, deadline=None)
    def hold(accounts):
        assert all(
            map(identifiers.is_iban, masked("iban", [identifiers.complete_iban("305299", one) for one in accounts]))
        )

    hold()


def test_masked_number_keeps_its_length(masked):
    assert [len(one) for one in masked("digits", ["3121212314", "КН123456", "123456789012"])] == [10, 8, 12]
