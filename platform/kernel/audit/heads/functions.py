"""The functions behind the journals, as they are in `public`.

They address tables by the trigger's own schema and pin search_path to pg_catalog, so a schema may be
copied and renamed freely, and a qualified change of another schema is written where it belongs. pg_temp
is named last because it is searched first otherwise, and anybody may make a temporary pg_class.
A change here needs a new migration that runs the text again (CREATE OR REPLACE).
"""

from __future__ import annotations

from kernel.audit.canonical import DIGEST, NO_PREVIOUS

HISTORY = """
CREATE OR REPLACE FUNCTION public.hromada_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $function$
DECLARE
    -- TG_ARGV: the table (its physical name may differ on a shard), the key column, the excluded columns.
    acting text := coalesce(nullif(current_setting('role'), 'none'), session_user);
    excluded text[] := string_to_array(TG_ARGV[2], ',');
    who jsonb;
    key text;
    was jsonb;
    became jsonb;
BEGIN
    -- Restored rows bring their history with them.
    IF current_setting('hromada.restoring', true) = 'on'
       AND acting = (SELECT pg_get_userbyid(relowner) FROM pg_catalog.pg_class WHERE oid = TG_RELID) THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT' THEN
        became := to_jsonb(NEW) - excluded;
        key := became ->> TG_ARGV[1];
    ELSIF TG_OP = 'DELETE' THEN
        was := to_jsonb(OLD) - excluded;
        key := was ->> TG_ARGV[1];
    ELSE
        IF OLD *= NEW THEN
            RETURN NULL;
        END IF;
        was := to_jsonb(OLD) - excluded;
        became := to_jsonb(NEW) - excluded;
        key := was ->> TG_ARGV[1];
        SELECT jsonb_object_agg(c.key, was -> c.key), jsonb_object_agg(c.key, c.value) INTO was, became
        FROM jsonb_each(became) c WHERE c.value IS DISTINCT FROM was -> c.key;
        IF became IS NULL THEN
            RETURN NULL;
        END IF;
    END IF;
    who := coalesce(nullif(current_setting('hromada.actor', true), ''), '{}')::jsonb;
    EXECUTE format(
        'INSERT INTO %I.audit_history (table_name, row_id, action, before, after, actor_kind, actor_id, actor_name, '
        'address, request_id, reason, db_role, xact) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)',
        TG_TABLE_SCHEMA)
    USING TG_ARGV[0], key, lower(TG_OP), was, became, coalesce(who ->> 'kind', ''), coalesce(who ->> 'id', ''),
        coalesce(who ->> 'name', ''), coalesce(who ->> 'address', ''), coalesce(who ->> 'request', ''),
        coalesce(who ->> 'reason', ''), acting, pg_current_xact_id()::text::bigint;
    RETURN NULL;
END
$function$
"""

APPEND_ONLY = """
CREATE OR REPLACE FUNCTION public.hromada_append_only() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    acting text := coalesce(nullif(current_setting('role'), 'none'), session_user);
BEGIN
    IF current_setting('hromada.restoring', true) = 'on'
       AND acting = (SELECT pg_get_userbyid(relowner) FROM pg_catalog.pg_class WHERE oid = TG_RELID) THEN
        IF TG_OP = 'UPDATE' THEN
            RETURN NEW;
        END IF;
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'Таблиця %.% лише доповнюється: % відхилено.', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege',
              HINT = 'Помилковий запис виправляють новим записом.';
END
$function$
"""

SEAL = f"""
CREATE OR REPLACE FUNCTION public.hromada_seal(target text, at_most integer DEFAULT 10000) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET lock_timeout = '1500ms'
AS $function$
DECLARE
    acting text := coalesce(nullif(current_setting('role'), 'none'), session_user);
    upto bigint;
    previous text := '{NO_PREVIOUS}';
    done bigint := 0;
    until bigint;
    counted bigint;
    digested text;
    moment timestamptz;
    made integer := 0;
BEGIN
    -- A tenant's role is named as its schema: everybody seals their own journal, the owner seals any.
    IF acting <> current_user AND acting <> target AND NOT (target = 'public' AND acting = 'hromada_app') THEN
        RAISE EXCEPTION 'Роль % не опечатує журнал схеми %.', acting, target
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'Журнал опечатують лише на рівні READ COMMITTED: старий знімок не бачить нових записів.'
            USING ERRCODE = 'invalid_transaction_state';
    END IF;
    EXECUTE format('LOCK TABLE %I.audit_seal IN SHARE ROW EXCLUSIVE MODE', target);
    -- A writer takes its number while holding the table, so once we hold it alone every number given out
    -- so far is either committed or gone for good. Raising releases the lock at once, not at commit.
    BEGIN
        EXECUTE format('LOCK TABLE %I.audit_history IN SHARE MODE', target);
        EXECUTE format('SELECT max(id) FROM %I.audit_history', target) INTO upto;
        RAISE EXCEPTION USING ERRCODE = 'HRSEA';
    EXCEPTION WHEN SQLSTATE 'HRSEA' THEN
        NULL;
    END;
    EXECUTE format('SELECT last_id, hash FROM %I.audit_seal ORDER BY id DESC LIMIT 1', target) INTO done, previous;
    done := coalesce(done, 0);
    previous := coalesce(previous, '{NO_PREVIOUS}');
    WHILE done < upto LOOP
        EXECUTE format(
            'SELECT max(id) FROM (SELECT id FROM %I.audit_history WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3) p',
            target) INTO until USING done, upto, at_most;
        EXECUTE format($query$SELECT count(*), {DIGEST} FROM %I.audit_history WHERE id > $1 AND id <= $2$query$, target)
            INTO counted, digested USING done, until;
        moment := clock_timestamp();
        EXECUTE format(
            'INSERT INTO %I.audit_seal (first_id, last_id, rows, digest, previous, hash, sealed_at) '
            'VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING hash', target)
            INTO previous
            USING done + 1, until, counted, digested, previous,
                encode(sha256(convert_to(concat_ws('|', previous, digested, done + 1, until, counted,
                    (extract(epoch FROM moment) * 1000000)::bigint), 'UTF8')), 'hex'),
                moment;
        done := until;
        made := made + 1;
    END LOOP;
    RETURN made;
END
$function$
"""  # noqa: S608 - put together from constants

RIGHTS = """
REVOKE ALL ON FUNCTION public.hromada_history(), public.hromada_append_only(), public.hromada_seal(text, integer)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.hromada_seal(text, integer) TO hromada_app, hromada_tenants
"""

FUNCTIONS = (HISTORY, APPEND_ONLY, SEAL, RIGHTS)

REMOVE = """
DROP FUNCTION public.hromada_seal(text, integer);
DROP FUNCTION public.hromada_append_only();
DROP FUNCTION public.hromada_history()
"""
