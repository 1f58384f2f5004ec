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

BULK = """
CREATE OR REPLACE FUNCTION public.hromada_bulk(target text, relation text, verb text, rows jsonb[], columns text[])
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $function$
DECLARE
    -- Rows are data, never statements: nothing a caller sends is executed. The trigger of the table says how its
    -- history is kept; here the same rows of history are written by one statement for all.
    acting text := coalesce(nullif(current_setting('role'), 'none'), session_user);
    relid oid := to_regclass(format('%I.%I', target, relation));
    who jsonb := coalesce(nullif(current_setting('hromada.actor', true), ''), '{}')::jsonb;
    arguments text[];
    key text;
    key_type text;
    excluded text[];
    row_json text;
    was jsonb := '{}';
    entries text;
    written bigint;
BEGIN
    IF acting <> target OR relid IS NULL OR verb NOT IN ('insert', 'update', 'delete')
       OR NOT has_table_privilege(acting, relid, verb) THEN
        RAISE EXCEPTION 'Роль % не пише у таблицю %.%.', acting, target, relation USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT string_to_array(encode(t.tgargs, 'escape'), E'\\\\000') INTO arguments
    FROM pg_trigger t WHERE t.tgrelid = relid AND t.tgname = 'hromada_history' AND t.tgenabled = 'O';
    IF arguments IS NULL THEN
        RAISE EXCEPTION 'Таблиця %.% не веде історії: гуртом у неї не пишуть.', target, relation
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    key := arguments[2];
    key_type := (SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = relid AND attname = key);
    excluded := string_to_array(arguments[3], ',');
    -- What to_jsonb(row) gives, but a geometry is turned by its own cast: within a row PostGIS asks for the reference
    -- system of every single one anew, a hundred microseconds each.
    row_json := (
        SELECT format('(SELECT to_jsonb(x) FROM (SELECT %s) x)', string_agg(format(
            CASE WHEN y.typname = 'geometry' THEN 't.%1$I::json AS %1$I' ELSE 't.%1$I' END, a.attname), ', '))
        FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
        WHERE a.attrelid = relid AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> ALL (excluded));
    PERFORM set_config('hromada.bulk', 'on', true);
    IF verb <> 'insert' THEN
        EXECUTE format(
            'SELECT jsonb_object_agg(k, r) FROM (SELECT t.%3$I::text AS k, %5$s AS r FROM %1$I.%2$I t '
            'WHERE t.%3$I IN (SELECT (u ->> %3$L)::%4$s FROM unnest($1) u) ORDER BY t.%3$I FOR UPDATE) f',
            target, relation, key, key_type, row_json)
        INTO was USING rows;
    END IF;
    entries := format(
        'INSERT INTO %I.audit_history (table_name, row_id, action, before, after, actor_kind, actor_id, actor_name, '
        'address, request_id, reason, db_role, xact) SELECT $2, h.key, $3, h.was, h.became, $4, $5, $6, $7, $8, $9, $10, '
        '$11 FROM (%%s) h', target);
    IF verb = 'insert' THEN
        EXECUTE format(
            'WITH made AS (INSERT INTO %1$I.%2$I AS t (%3$s) SELECT %4$s FROM unnest($1) u, '
            'jsonb_populate_record(NULL::%1$I.%2$I, u) r RETURNING %5$s AS r) ',
            target, relation, (SELECT string_agg(quote_ident(c), ', ') FROM unnest(columns) c),
            (SELECT string_agg('r.' || quote_ident(c), ', ') FROM unnest(columns) c), row_json)
            || format(entries, format('SELECT r ->> %L AS key, NULL::jsonb AS was, r AS became FROM made', key))
        USING rows, arguments[1], verb, coalesce(who ->> 'kind', ''), coalesce(who ->> 'id', ''),
            coalesce(who ->> 'name', ''), coalesce(who ->> 'address', ''), coalesce(who ->> 'request', ''),
            coalesce(who ->> 'reason', ''), acting, pg_current_xact_id()::text::bigint;
        GET DIAGNOSTICS written = ROW_COUNT;
    ELSIF verb = 'update' THEN
        EXECUTE format(
            'WITH made AS (UPDATE %1$I.%2$I t SET %3$s FROM unnest($1) u, '
            'LATERAL jsonb_populate_record(NULL::%1$I.%2$I, u) r WHERE t.%4$I = r.%4$I RETURNING t.%4$I::text AS key, %5$s AS r), '
            'changed AS (SELECT m.key, jsonb_object_agg(c.key, $12 -> m.key -> c.key) AS was, '
            'jsonb_object_agg(c.key, c.value) AS became FROM made m, jsonb_each(m.r) c '
            'WHERE c.value IS DISTINCT FROM $12 -> m.key -> c.key GROUP BY m.key) ',
            target, relation, (SELECT string_agg(format('%1$I = r.%1$I', c), ', ') FROM unnest(columns) c), key, row_json)
            || format(entries, 'SELECT key, was, became FROM changed')
        USING rows, arguments[1], verb, coalesce(who ->> 'kind', ''), coalesce(who ->> 'id', ''),
            coalesce(who ->> 'name', ''), coalesce(who ->> 'address', ''), coalesce(who ->> 'request', ''),
            coalesce(who ->> 'reason', ''), acting, pg_current_xact_id()::text::bigint, was;
    ELSE
        EXECUTE format(
            'WITH gone AS (DELETE FROM %1$I.%2$I t USING unnest($1) u '
            'WHERE t.%3$I = (u ->> %3$L)::%4$s RETURNING t.%3$I::text AS key) ', target, relation, key, key_type)
            || format(entries, 'SELECT key, $12 -> key AS was, NULL::jsonb AS became FROM gone')
        USING rows, arguments[1], verb, coalesce(who ->> 'kind', ''), coalesce(who ->> 'id', ''),
            coalesce(who ->> 'name', ''), coalesce(who ->> 'address', ''), coalesce(who ->> 'request', ''),
            coalesce(who ->> 'reason', ''), acting, pg_current_xact_id()::text::bigint, was;
    END IF;
    PERFORM set_config('hromada.bulk', '', true);
    RETURN coalesce(written, (SELECT count(*) FROM jsonb_object_keys(was)));
END
$function$;
REVOKE ALL ON FUNCTION public.hromada_bulk(text, text, text, jsonb[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.hromada_bulk(text, text, text, jsonb[], text[]) TO hromada_tenants
"""

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
