"""What the application may do in `public`: rows, never structure. Tenants get only what is granted by name."""

from django.db import migrations

GRANTS = """
GRANT USAGE ON SCHEMA public TO hromada_app, hromada_tenants;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO hromada_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO hromada_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO hromada_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO hromada_app;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(GRANTS, migrations.RunSQL.noop)]
