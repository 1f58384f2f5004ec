"""The folding of searched text as a function of the database: generated columns in every schema stand on it."""

from django.db import migrations

# Frozen as of this release: rows already stored were folded with it.
FROM = 'abcehikmoptxyґё.,;:()[]{}«»„“”"!?|\\_\xa0\u2007\u202f\t\n\r‐‑‒–—−'
TO = "авсенікмортхуге                           ------"
NOTHING = "'’ʼ`´ʹ′‘́\xad\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"


def literal(text: str) -> str:
    """Escaped, so that marks nobody sees survive editors."""
    return "U&'" + "".join(f"\\{ord(letter):04X}" for letter in text) + "'"


FOLD = f"""
CREATE OR REPLACE FUNCTION public.hromada_fold(words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT ' ' || pg_catalog.translate(pg_catalog.lower(words), {literal(FROM + NOTHING)}, {literal(TO)})
$$;
GRANT EXECUTE ON FUNCTION public.hromada_fold(text) TO hromada_app, hromada_tenants;
"""


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0001_grants")]
    operations = [migrations.RunSQL(FOLD, migrations.RunSQL.noop)]
