"""Django models with the columns, keys, checks and indexes of the synthetic tables."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from tests.benchmarks import synthetic

HEAD = """from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower, Now
import uuid

"""
BODY = """
class {model}(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    number = models.CharField(max_length=40, default="")
    title = models.TextField(default="")
{parents}    state = models.CharField(max_length=20, default="draft")
    amount = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    area = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    gross = models.GeneratedField(
        expression=F("amount") * 1.2, output_field=models.DecimalField(max_digits=18, decimal_places=2), db_persist=True
    )
    opened_on = models.DateField(db_default=Now())
    closed_on = models.DateField(null=True)
    extra = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    archived_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "{table}"
        indexes = [{indexes}]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="{table}_amount"),
            models.CheckConstraint(condition=Q(closed_on=None) | Q(closed_on__gte=F("opened_on")), name="{table}_closes"),
            models.UniqueConstraint(fields=["number", "opened_on"], name="{table}_number"),
        ]

"""
PARENT = '    parent{place} = models.ForeignKey("{model}", models.PROTECT, null=True, related_name="+")\n'
INDEX = re.compile(r"CREATE INDEX (\w+) ON peer\.(\w+) (?:USING \w+ )?(\(.*)")
KEY = re.compile(r"ALTER TABLE peer\.(\w+) ADD CONSTRAINT \w+ FOREIGN KEY \(parent(\d+)_id\) REFERENCES peer\.(\w+)")
MEANINGS = {
    "(state)": 'models.Index(fields=["state"], name="{name}")',
    "(opened_on, id)": 'models.Index(fields=["opened_on", "id"], name="{name}")',
    "(updated_at)": 'models.Index(fields=["updated_at"], name="{name}")',
    "(created_at DESC)": 'models.Index(fields=["-created_at"], name="{name}")',
    "(amount) WHERE archived_at IS NULL": 'models.Index(fields=["amount"], condition=Q(archived_at=None), name="{name}")',
    "(closed_on) WHERE closed_on IS NOT NULL": (
        'models.Index(fields=["closed_on"], condition=Q(closed_on__isnull=False), name="{name}")'
    ),
    "(lower(number))": 'models.Index(Lower("number"), name="{name}")',
    "(title text_pattern_ops)": 'models.Index(fields=["title"], opclasses=["text_pattern_ops"], name="{name}")',
    "(title extensions.gin_trgm_ops)": 'GinIndex(fields=["title"], opclasses=["gin_trgm_ops"], name="{name}")',
    "(state extensions.gist_text_ops, daterange(opened_on, closed_on))": (
        'GistIndex(OpClass(F("state"), "gist_text_ops"), Func("opened_on", "closed_on", function="daterange"), '
        'name="{name}")'
    ),
}


def write_app(folder: Path) -> None:
    """The app `peer_synthetic` in the folder, without migrations."""
    app = folder / "peer_synthetic"
    (app / "migrations").mkdir(parents=True)
    (app / "__init__.py").touch()
    (app / "migrations" / "__init__.py").touch()
    (app / "models.py").write_text(_models())


def _models() -> str:
    tables: dict[str, None] = {}
    indexes: dict[str, list[str]] = defaultdict(list)
    parents: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for number, text in enumerate(synthetic.statements("peer")):
        if found := re.match(r"CREATE TABLE peer\.(\w+)", text):
            tables[found[1]] = None
        elif found := INDEX.fullmatch(text):
            # Indexes of references come with Django's ForeignKey.
            if not re.search(r"parent\d$", found[1]):
                indexes[found[2]].append(MEANINGS[found[3]].format(name=f"bench_{number}"))
        elif found := KEY.match(text):
            parents[found[1]].append((int(found[2]), found[3]))
    tables.pop("history")
    return HEAD + "".join(
        BODY.format(
            model=_model(table),
            table=table,
            parents="".join(PARENT.format(place=place, model=_model(target)) for place, target in parents[table]),
            indexes=", ".join(indexes[table]),
        )
        for table in tables
    )


def _model(table: str) -> str:
    return "".join(word.capitalize() for word in table.split("_"))
