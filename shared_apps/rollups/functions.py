"""The doors in the wall: functions of the owner that ask who is calling and believe nothing else.

`hromada_push` lets a tenant write its own figures: whose they are follows from its role, never from an argument.
`hromada_push_outline` and `hromada_push_vitals` do the same for its outline on the map and for how it fares,
`hromada_push_catalogue` for the list of its open data, `hromada_push_traffic` for what went over its bus.
`hromada_granted` lets the console read what a tenant handed over, while the tenant's own row says so, and leaves a
trace of the look in the tenant in the same transaction.
"""

from __future__ import annotations

PUSH = """
CREATE OR REPLACE FUNCTION public.hromada_push(
    register text, formulas jsonb, figures jsonb, digest text, seconds double precision, error text)
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    acting text := coalesce(nullif(current_setting('role'), 'none'), session_user);
    who uuid := (SELECT c.id FROM public.communities_community c WHERE c.schema_name = acting AND c.state <> 'deleted');
    stray text := (SELECT min(k) FROM jsonb_object_keys(formulas) k WHERE NOT starts_with(k, register || '.'));
    written integer := 0;
    gone integer := 0;
BEGIN
    IF who IS NULL OR stray IS NOT NULL THEN
        RAISE EXCEPTION 'Роль % не записує показників реєстру % (%).', acting, register, coalesce(stray, '—')
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO public.rollups_pass AS p (community_id, register, data_at, tried_at, seconds, formulas, error)
    VALUES (who, register, CASE WHEN error = '' THEN now() END, now(), seconds, CASE WHEN error = '' THEN digest ELSE '' END, left(error, 500))
    ON CONFLICT ON CONSTRAINT rollup_pass_once DO UPDATE SET
        data_at = coalesce(excluded.data_at, p.data_at), tried_at = excluded.tried_at, seconds = excluded.seconds,
        formulas = CASE WHEN excluded.error = '' THEN excluded.formulas ELSE p.formulas END, error = excluded.error;
    IF error <> '' THEN
        RETURN 0;
    END IF;
    WITH given AS (
        SELECT f.indicator, f.period, f.dimension, f.value, f.above, f.below, f.counted, coalesce(f.sketch, '{}') AS sketch,
            (formulas ->> f.indicator)::smallint AS formula
        FROM jsonb_to_recordset(figures) AS f (
            indicator text, period text, dimension text, value numeric(24, 6), above numeric(24, 6),
            below numeric(24, 6), counted bigint, sketch jsonb)
        WHERE formulas ? f.indicator
    ), put AS (
        INSERT INTO public.rollups_kept AS k (
            community_id, indicator, period, dimension, value, above, below, counted, sketch, formula, changed_at, demo)
        SELECT who, indicator, period, dimension, value, above, below, counted, sketch, formula, now(), false FROM given
        ORDER BY indicator, dimension, period
        ON CONFLICT (indicator, dimension, period, community_id) DO UPDATE SET
            value = excluded.value, above = excluded.above, below = excluded.below, counted = excluded.counted,
            sketch = excluded.sketch, formula = excluded.formula, changed_at = excluded.changed_at, demo = false
        WHERE (k.value, k.above, k.below, k.counted, k.sketch, k.formula, k.demo)
            IS DISTINCT FROM (excluded.value, excluded.above, excluded.below, excluded.counted, excluded.sketch,
                excluded.formula, false)
        RETURNING 1
    ), emptied AS (
        -- A period whose rows are gone has no figure; what was declared for a demonstration stays where nothing real is.
        DELETE FROM public.rollups_kept k
        WHERE k.community_id = who AND starts_with(k.indicator, register || '.') AND NOT k.demo
            AND NOT EXISTS (SELECT 1 FROM given g
                WHERE g.indicator = k.indicator AND g.period = k.period AND g.dimension = k.dimension)
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM put), (SELECT count(*) FROM emptied) INTO written, gone;
    RETURN written + gone;
END
$function$;
REVOKE ALL ON FUNCTION public.hromada_push(text, jsonb, jsonb, text, double precision, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.hromada_push(text, jsonb, jsonb, text, double precision, text) TO hromada_tenants
"""

GRANTED = """
CREATE OR REPLACE FUNCTION public.hromada_granted(request uuid, viewer text, wanted integer DEFAULT NULL)
RETURNS TABLE (place integer, key text, shown jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    acting text := coalesce(nullif(current_setting('role'), 'none'), session_user);
    home text;
    open_grant uuid;
    any_grant uuid;
    granted text[];
BEGIN
    IF acting <> 'hromada_app' OR btrim(viewer) = '' THEN
        RAISE EXCEPTION 'Роль % не дивиться чужих документів.', acting USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT c.schema_name INTO home
    FROM public.rollups_accessrequest r JOIN public.communities_community c ON c.id = r.community_id
    WHERE r.id = request AND c.state = 'active';
    IF home IS NULL THEN
        RETURN;
    END IF;
    EXECUTE format('SELECT g.id, g.fields::text[] FROM %I.indicators_grant g WHERE g.request = $1', home)
        INTO any_grant, granted USING request;
    EXECUTE format(
        'SELECT g.id FROM %I.indicators_grant g WHERE g.request = $1 AND g.revoked_at IS NULL AND g.until > clock_timestamp()', home)
        INTO open_grant USING request;
    IF any_grant IS NOT NULL THEN
        EXECUTE format(
            'INSERT INTO %I.indicators_grantview (grant_id, at, by, place, answered) VALUES ($1, clock_timestamp(), $2, $3, $4)', home)
            USING any_grant, left(viewer, 200), wanted, open_grant IS NOT NULL;
    END IF;
    IF open_grant IS NULL THEN
        RETURN;
    END IF;
    -- The words of granted fields only, even if a row were to hold more.
    RETURN QUERY EXECUTE format(
        'SELECT w.place::integer, w.key::text, (SELECT coalesce(jsonb_object_agg(e.key, e.value), ''{}'') '
        'FROM jsonb_each(w.shown) e WHERE e.key = ANY ($2)) FROM %I.indicators_grantedrow w '
        'WHERE w.grant_id = $1 AND ($3 IS NULL OR w.place = $3) ORDER BY w.place', home)
        USING open_grant, granted, wanted;
END
$function$;
REVOKE ALL ON FUNCTION public.hromada_granted(uuid, text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.hromada_granted(uuid, text, integer) TO hromada_app
"""

OUTLINE = """
CREATE OR REPLACE FUNCTION public.hromada_push_outline(outline jsonb)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    acting text := coalesce(nullif(current_setting('role'), 'none'), session_user);
    who uuid := (SELECT c.id FROM public.communities_community c WHERE c.schema_name = acting AND c.state <> 'deleted');
BEGIN
    IF who IS NULL OR jsonb_typeof(outline) <> 'array' OR length(outline::text) > 200000 THEN
        RAISE EXCEPTION 'Роль % не записує обрису громади.', acting USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF outline = '[]' THEN
        DELETE FROM public.rollups_outline o WHERE o.community_id = who;
    ELSE
        INSERT INTO public.rollups_outline AS o (community_id, rings, changed_at) VALUES (who, outline, now())
        ON CONFLICT (community_id) DO UPDATE SET rings = excluded.rings, changed_at = excluded.changed_at
        WHERE o.rings IS DISTINCT FROM excluded.rings;
    END IF;
END
$function$;
REVOKE ALL ON FUNCTION public.hromada_push_outline(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.hromada_push_outline(jsonb) TO hromada_tenants
"""

VITALS = """
CREATE OR REPLACE FUNCTION public.hromada_push_vitals(signed_in timestamptz, failed_jobs integer)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    acting text := coalesce(nullif(current_setting('role'), 'none'), session_user);
    who uuid := (SELECT c.id FROM public.communities_community c WHERE c.schema_name = acting AND c.state <> 'deleted');
BEGIN
    IF who IS NULL THEN
        RAISE EXCEPTION 'Роль % не записує стану громади.', acting USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO public.rollups_vitals (community_id, signed_in_at, failed_jobs, told_at)
    VALUES (who, signed_in, failed_jobs, now())
    ON CONFLICT (community_id) DO UPDATE SET
        signed_in_at = excluded.signed_in_at, failed_jobs = excluded.failed_jobs, told_at = excluded.told_at;
END
$function$;
REVOKE ALL ON FUNCTION public.hromada_push_vitals(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.hromada_push_vitals(timestamptz, integer) TO hromada_tenants
"""

CATALOGUE = """
CREATE OR REPLACE FUNCTION public.hromada_push_catalogue(sets jsonb)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    acting text := coalesce(nullif(current_setting('role'), 'none'), session_user);
    who uuid := (SELECT c.id FROM public.communities_community c WHERE c.schema_name = acting AND c.state <> 'deleted');
BEGIN
    IF who IS NULL OR jsonb_typeof(sets) <> 'array' OR jsonb_array_length(sets) > 500 THEN
        RAISE EXCEPTION 'Роль % не записує переліку відкритих даних.', acting USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM public.rollups_dataset d WHERE d.community_id = who
        AND NOT EXISTS (SELECT 1 FROM jsonb_array_elements(sets) s WHERE s ->> 'slug' = d.slug);
    INSERT INTO public.rollups_dataset AS d (community_id, slug, title, area, formats, changed_at, told_at)
    SELECT who, s ->> 'slug', left(s ->> 'title', 300), s ->> 'area',
        ARRAY(SELECT jsonb_array_elements_text(s -> 'formats')), (s ->> 'changed_at')::timestamptz, now()
    FROM jsonb_array_elements(sets) s
    ORDER BY 2
    ON CONFLICT ON CONSTRAINT rollup_dataset_once DO UPDATE SET
        title = excluded.title, area = excluded.area, formats = excluded.formats,
        changed_at = excluded.changed_at, told_at = excluded.told_at;
END
$function$;
REVOKE ALL ON FUNCTION public.hromada_push_catalogue(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.hromada_push_catalogue(jsonb) TO hromada_tenants
"""

TRAFFIC = """
CREATE OR REPLACE FUNCTION public.hromada_push_traffic(since date, traffic jsonb)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    acting text := coalesce(nullif(current_setting('role'), 'none'), session_user);
    who uuid := (SELECT c.id FROM public.communities_community c WHERE c.schema_name = acting AND c.state <> 'deleted');
BEGIN
    IF who IS NULL OR jsonb_typeof(traffic) <> 'array' THEN
        RAISE EXCEPTION 'Роль % не записує обігу шини.', acting USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- Two workers of one tenant may count at once: the later one waits.
    PERFORM pg_advisory_xact_lock(hashtextextended('rollups.traffic:' || who::text, 0));
    DELETE FROM public.rollups_traffic t WHERE t.community_id = who AND t.day >= since;
    INSERT INTO public.rollups_traffic (community_id, day, kind, service, calls, failed, waiting, tried, spans, told_at)
    SELECT who, (r ->> 'day')::date, r ->> 'kind', left(r ->> 'service', 120), (r ->> 'calls')::bigint,
        (r ->> 'failed')::bigint, (r ->> 'waiting')::bigint, (r ->> 'tried')::bigint,
        ARRAY(SELECT s::bigint FROM jsonb_array_elements_text(r -> 'spans') s), now()
    FROM jsonb_array_elements(traffic) r
    WHERE (r ->> 'day')::date >= since;
END
$function$;
REVOKE ALL ON FUNCTION public.hromada_push_traffic(date, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.hromada_push_traffic(date, jsonb) TO hromada_tenants
"""

FUNCTIONS = (PUSH, GRANTED)
OF_PLACES = (OUTLINE, VITALS)

REMOVE = """
DROP FUNCTION public.hromada_granted(uuid, text, integer);
DROP FUNCTION public.hromada_push(text, jsonb, jsonb, text, double precision, text)
"""

REMOVE_OF_PLACES = """
DROP FUNCTION public.hromada_push_vitals(timestamptz, integer);
DROP FUNCTION public.hromada_push_outline(jsonb)
"""

REMOVE_CATALOGUE = "DROP FUNCTION public.hromada_push_catalogue(jsonb)"
REMOVE_TRAFFIC = "DROP FUNCTION public.hromada_push_traffic(date, jsonb)"
