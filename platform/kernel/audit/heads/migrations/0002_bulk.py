"""Many rows at once with the same history as the row trigger keeps."""

from django.db import migrations

from kernel.audit.heads import functions


class Migration(migrations.Migration):
    dependencies = [("auditheads", "0001_initial")]
    operations = [
        migrations.RunSQL(
            functions.BULK, "DROP FUNCTION public.hromada_bulk(text, text, text, jsonb[], text[])"
        )
    ]
