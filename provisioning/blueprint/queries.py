"""The catalogue queries.

Every one starts from object ids and an index on them: with a thousand tenants pg_class has millions
of rows, and a scan of it per schema is what makes pg_dump take twenty seconds.
"""

from __future__ import annotations

NAMESPACE = """
SELECT n.oid, pg_get_userbyid(n.nspowner) AS owner
FROM pg_namespace n WHERE n.nspname = %(schema)s
"""

MEMBERS = """
SELECT d.classid::regclass::text AS catalogue, d.objid AS oid, c.relkind::text AS relkind, t.typtype::text AS typtype,
       i.type AS described, i.identity
FROM pg_depend d
LEFT JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid
LEFT JOIN pg_type t ON d.classid = 'pg_type'::regclass AND t.oid = d.objid
CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, 0) i
WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = %(namespace)s
"""

RELATIONS = """
SELECT c.oid, c.relname AS name, c.relkind::text AS kind, pg_get_userbyid(c.relowner) AS owner,
       c.relpersistence::text AS persistence, c.reloptions AS options, tc.reloptions AS toast_options,
       c.relreplident::text AS replica_identity, c.relispopulated AS populated,
       c.relrowsecurity OR c.relforcerowsecurity AS row_security, c.reloftype <> 0 AS typed,
       c.reltablespace <> 0 AS tablespace, coalesce(am.amname, 'heap') AS access_method,
       CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS partition_key,
       CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END AS partition_bound,
       CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END AS definition,
       ARRAY(SELECT p.inhparent FROM pg_inherits p WHERE p.inhrelid = c.oid) AS parents,
       ARRAY(SELECT r.rulename::text FROM pg_rewrite r WHERE r.ev_class = c.oid AND r.rulename <> '_RETURN') AS rules,
       ARRAY(SELECT p.polname::text FROM pg_policy p WHERE p.polrelid = c.oid) AS policies
FROM pg_class c
LEFT JOIN pg_class tc ON tc.oid = c.reltoastrelid
LEFT JOIN pg_am am ON am.oid = c.relam
WHERE c.oid = ANY (%(relations)s::oid[])
"""

# From 15.20 the server stamps every column with pg_attver, the log position of its birth: it can be neither
# set nor reset, so it is no part of the structure.
COLUMNS = r"""
SELECT a.attrelid AS relation, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
       a.attnotnull AS not_null, a.attidentity::text AS identity, a.attgenerated::text AS generated,
       pg_get_expr(d.adbin, d.adrelid) AS expression,
       CASE WHEN a.attcollation <> t.typcollation
            THEN quote_ident(cn.nspname) || '.' || quote_ident(co.collname) END AS collation,
       CASE WHEN a.attstorage <> t.typstorage
            THEN CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN'
                 ELSE 'EXTENDED' END END AS storage,
       CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' ELSE '' END AS compression,
       nullif(a.attstattarget, -1)::int AS statistics,
       ARRAY(SELECT o FROM unnest(a.attoptions) o WHERE o NOT LIKE 'pg\_attver=%%') AS options,
       coalesce(e.typrelid, t.typrelid) <> 0
         AND coalesce(e.typnamespace, t.typnamespace) = %(namespace)s AS row_type
FROM pg_attribute a
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_collation co ON co.oid = a.attcollation
LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
WHERE a.attrelid = ANY (%(relations)s::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
"""

SEQUENCES = """
SELECT c.oid, c.relname AS name, pg_get_userbyid(c.relowner) AS owner, format_type(s.seqtypid, NULL) AS type,
       s.seqstart AS start, s.seqincrement AS increment, s.seqmin AS minimum, s.seqmax AS maximum,
       s.seqcache AS cache, s.seqcycle AS cycle, d.deptype::text AS dependency,
       o.relname AS table, a.attname AS column
FROM pg_sequence s
JOIN pg_class c ON c.oid = s.seqrelid
LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0
     AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
LEFT JOIN pg_class o ON o.oid = d.refobjid
LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE s.seqrelid = ANY (%(relations)s::oid[])
"""

# A foreign key of a partition, and one more row per partition it refers to, follow from their parent.
CONSTRAINTS = """
SELECT con.oid, con.conname AS name, con.contype::text AS kind, con.conrelid AS relation, con.contypid AS domain,
       pg_get_constraintdef(con.oid) AS definition, con.convalidated AS valid,
       ARRAY(SELECT a.attname::text FROM unnest(con.conkey) WITH ORDINALITY k (attnum, place)
             JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.attnum
             ORDER BY k.place) AS columns,
       quote_ident(fn.nspname) AS target_schema, f.relname AS target
FROM pg_constraint con
LEFT JOIN pg_class f ON f.oid = con.confrelid
LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace
WHERE (con.conrelid = ANY (%(relations)s::oid[]) OR con.contypid = ANY (%(types)s::oid[]))
  AND con.contype IN ('p', 'u', 'c', 'x', 'f') AND NOT (con.contype = 'f' AND con.conparentid <> 0)
"""

INDEXES = """
SELECT i.indexrelid AS oid, c.relname AS name, i.indrelid AS relation, pg_get_indexdef(i.indexrelid) AS definition,
       k.oid IS NOT NULL AS constraint, i.indisvalid AS valid, i.indisclustered AS clustered,
       i.indisreplident AS replica, pc.relname AS parent, c.reloptions AS options, c.reltablespace <> 0 AS tablespace,
       ARRAY(SELECT ARRAY[a.attnum, a.attstattarget]::int[] FROM pg_attribute a
             WHERE a.attrelid = c.oid AND a.attstattarget >= 0 ORDER BY a.attnum) AS statistics
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
LEFT JOIN pg_constraint k ON k.conrelid = i.indrelid AND k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
LEFT JOIN pg_inherits h ON h.inhrelid = i.indexrelid
LEFT JOIN pg_class pc ON pc.oid = h.inhparent
WHERE i.indrelid = ANY (%(relations)s::oid[])
"""

TRIGGERS = r"""
SELECT t.oid, t.tgname AS name, c.relname AS table, pg_get_triggerdef(t.oid, false) AS definition,
       t.tgenabled::text AS enabled, p.proname AS function, n.nspname AS function_schema,
       coalesce(p.proconfig, '{}') || CASE WHEN p.prosecdef THEN ARRAY['security definer'] ELSE '{}'::text[] END
         AS function_settings,
       t.tgoldtable IS NOT NULL OR t.tgnewtable IS NOT NULL AS transition,
       CASE WHEN t.tgnargs > 0 THEN t.tgargs END AS arguments
FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_proc p ON p.oid = t.tgfoid
JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE t.tgrelid = ANY (%(relations)s::oid[]) AND NOT t.tgisinternal AND t.tgparentid = 0
"""

TYPES = """
SELECT t.oid, t.typname AS name, t.typtype::text AS kind, pg_get_userbyid(t.typowner) AS owner,
       NOT EXISTS (SELECT FROM aclexplode(coalesce(t.typacl, acldefault('T', t.typowner))) a
                   WHERE a.grantee = 0) AS closed,
       ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder) AS labels,
       format_type(t.typbasetype, t.typtypmod) AS base, t.typbasetype AS base_oid, t.typnotnull AS not_null,
       CASE WHEN t.typtype = 'd' THEN pg_get_expr(t.typdefaultbin, 0) END AS default,
       CASE WHEN t.typtype = 'd' AND t.typcollation <> b.typcollation
            THEN quote_ident(cn.nspname) || '.' || quote_ident(co.collname) END AS collation
FROM pg_type t
LEFT JOIN pg_type b ON b.oid = t.typbasetype
LEFT JOIN pg_collation co ON co.oid = t.typcollation
LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
WHERE t.oid = ANY (%(types)s::oid[])
"""

STATISTICS = """
SELECT s.oid, s.stxname AS name, pg_get_statisticsobjdef(s.oid) AS definition,
       nullif(s.stxstattarget, -1)::int AS target
FROM pg_statistic_ext s WHERE s.oid = ANY (%(statistics)s::oid[])
"""

VIEW_READS = """
SELECT DISTINCT r.ev_class AS view, d.refobjid AS source
FROM pg_rewrite r
JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
WHERE r.ev_class = ANY (%(relations)s::oid[]) AND d.refobjid <> r.ev_class
"""

# Left out: the owner's own privileges, which come with ownership, and everybody's use of a type, which comes with it.
GRANTS = """
SELECT g.kind, g.name, g.column, coalesce(r.rolname, '') AS grantee, g.privilege, g.grantable
FROM (
  SELECT 'SCHEMA' AS kind, '' AS name, '' AS column, a.grantee, a.privilege_type AS privilege,
         a.is_grantable AS grantable, n.nspowner AS owner
  FROM pg_namespace n, aclexplode(n.nspacl) a WHERE n.oid = %(namespace)s
  UNION ALL
  SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.relname, '', a.grantee, a.privilege_type,
         a.is_grantable, c.relowner
  FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = ANY (%(relations)s::oid[])
  UNION ALL
  SELECT 'TABLE', c.relname, t.attname, a.grantee, a.privilege_type, a.is_grantable, c.relowner
  FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid, aclexplode(t.attacl) a
  WHERE t.attrelid = ANY (%(relations)s::oid[]) AND NOT t.attisdropped
  UNION ALL
  SELECT CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, t.typname, '', a.grantee, a.privilege_type,
         a.is_grantable, t.typowner
  FROM pg_type t, aclexplode(t.typacl) a WHERE t.oid = ANY (%(types)s::oid[]) AND a.grantee <> 0
) g LEFT JOIN pg_roles r ON r.oid = g.grantee
WHERE g.grantee <> g.owner
"""

DEFAULT_GRANTS = """
SELECT CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'
       ELSE 'TYPES' END AS kind, coalesce(r.rolname, '') AS grantee, a.privilege_type AS privilege,
       a.is_grantable AS grantable, pg_get_userbyid(d.defaclrole) AS owner
FROM pg_default_acl d, aclexplode(d.defaclacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE d.defaclnamespace = %(namespace)s
"""

COMMENTS = """
WITH subjects (catalogue, oid) AS (
  SELECT 'pg_namespace'::regclass, %(namespace)s::oid
  UNION ALL SELECT 'pg_class'::regclass, unnest(%(relations)s::oid[])
  UNION ALL SELECT 'pg_class'::regclass, unnest(%(indexes)s::oid[])
  UNION ALL SELECT 'pg_type'::regclass, unnest(%(types)s::oid[])
  UNION ALL SELECT 'pg_statistic_ext'::regclass, unnest(%(statistics)s::oid[])
  UNION ALL SELECT 'pg_constraint'::regclass, unnest(%(constraints)s::oid[])
  UNION ALL SELECT 'pg_trigger'::regclass, unnest(%(triggers)s::oid[])
)
SELECT s.catalogue::text AS catalogue, s.oid, a.attname AS column, d.description AS text
FROM subjects s
JOIN pg_description d ON d.classoid = s.catalogue AND d.objoid = s.oid
LEFT JOIN pg_attribute a ON d.objsubid > 0 AND a.attrelid = s.oid AND a.attnum = d.objsubid
"""

USES = """
WITH mine (catalogue, oid, relation) AS (
  SELECT 'pg_class'::regclass, r, r FROM unnest(%(relations)s::oid[]) r
  UNION ALL SELECT 'pg_class'::regclass, indexrelid, indrelid FROM pg_index WHERE indrelid = ANY (%(relations)s::oid[])
  UNION ALL SELECT 'pg_rewrite'::regclass, oid, ev_class FROM pg_rewrite WHERE ev_class = ANY (%(relations)s::oid[])
  UNION ALL SELECT 'pg_attrdef'::regclass, oid, adrelid FROM pg_attrdef WHERE adrelid = ANY (%(relations)s::oid[])
  UNION ALL SELECT 'pg_constraint'::regclass, oid, conrelid FROM pg_constraint
            WHERE conrelid = ANY (%(relations)s::oid[])
  UNION ALL SELECT 'pg_trigger'::regclass, oid, tgrelid FROM pg_trigger WHERE tgrelid = ANY (%(relations)s::oid[])
), used AS (
  SELECT d.refclassid, d.refobjid, min(m.relation::regclass::text) AS relation
  FROM mine m JOIN pg_depend d ON d.classid = m.catalogue AND d.objid = m.oid
  WHERE d.refclassid IN ('pg_class'::regclass, 'pg_type'::regclass, 'pg_proc'::regclass, 'pg_operator'::regclass,
                         'pg_opclass'::regclass, 'pg_collation'::regclass, 'pg_ts_config'::regclass)
  GROUP BY 1, 2
)
SELECT u.relation AS user, i.identity AS object, i.schema, coalesce(x.extname, '') AS extension
FROM used u
CROSS JOIN LATERAL pg_identify_object(u.refclassid, u.refobjid, 0) i
LEFT JOIN pg_depend e ON e.classid = u.refclassid AND e.objid = u.refobjid AND e.deptype = 'e'
LEFT JOIN pg_extension x ON x.oid = e.refobjid
WHERE i.schema NOT IN (quote_ident(%(alias)s), 'pg_catalog', 'pg_toast')
"""

OUTSIDE_DEPENDENTS = """
SELECT DISTINCT i.type, i.identity
FROM pg_depend d
LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid
LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
LEFT JOIN pg_class c ON c.oid = coalesce(k.conrelid, r.ev_class, CASE WHEN d.classid = 'pg_class'::regclass
                                                                 THEN d.objid END)
LEFT JOIN pg_index x ON x.indexrelid = c.oid
LEFT JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid
CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, d.objsubid) i
WHERE d.refclassid IN ('pg_class'::regclass, 'pg_type'::regclass)
  AND d.refobjid = ANY (%(relations)s::oid[] || %(types)s::oid[]) AND d.deptype IN ('n', 'a')
  AND (c.relnamespace <> %(namespace)s OR p.pronamespace <> %(namespace)s)
"""

ROLE = """
SELECT r.rolcanlogin AS login, r.rolinherit AS inherit,
       r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls AS elevated,
       ARRAY(SELECT g.rolname::text FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
             WHERE m.member = r.oid ORDER BY 1) AS member_of,
       ARRAY(SELECT g.rolname::text FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.member
             WHERE m.roleid = r.oid ORDER BY 1) AS members
FROM pg_roles r WHERE r.rolname = %(role)s
"""

# Settings are text and follow no rename: neither a function's own nor those of a role.
PINS = r"""
SELECT s.kind, s.holder, s.schema, s.setting, s.here_only
FROM (
  SELECT 'FUNCTION' AS kind, p.oid::regprocedure::text AS holder, n.nspname::text AS schema, c.setting,
         true AS here_only
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace, unnest(p.proconfig) c (setting)
  WHERE position(%(needle)s IN p.proconfig::text) > 0
  UNION ALL
  SELECT 'ROLE', r.rolname::text, '', c.setting, d.setdatabase <> 0
  FROM pg_db_role_setting d JOIN pg_roles r ON r.oid = d.setrole, unnest(d.setconfig) c (setting)
  WHERE d.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
) s
WHERE position(%(needle)s IN s.setting) > 0
"""

OCCUPANCY = """
SELECT w.name, pg_get_userbyid(n.nspowner) AS schema_owner, r.oid IS NOT NULL AS role_exists,
       r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls AS elevated,
       ARRAY(SELECT pg_get_userbyid(m.roleid)::text FROM pg_auth_members m WHERE m.member = r.oid) AS member_of,
       ARRAY(SELECT pg_get_userbyid(m.member)::text FROM pg_auth_members m WHERE m.roleid = r.oid) AS members,
       ARRAY(SELECT pg_describe_object(s.classid, s.objid, s.objsubid) FROM pg_shdepend s
             WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = r.oid AND s.dbid = d.oid
             LIMIT 3) AS serves_here,
       EXISTS (SELECT FROM pg_shdepend s WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = r.oid
               AND s.dbid NOT IN (0, d.oid)) AS serves_elsewhere
FROM unnest(%(names)s::name[]) w (name)
JOIN pg_database d ON d.datname = current_database()
LEFT JOIN pg_namespace n ON n.nspname = w.name
LEFT JOIN pg_roles r ON r.rolname = w.name
"""

TRIGGER_ARGUMENTS = """
SELECT t.tgname AS name, (SELECT c.relname FROM pg_class c WHERE c.oid = t.tgrelid) AS table, t.tgargs AS arguments
FROM pg_namespace n
JOIN pg_depend d ON d.refclassid = 'pg_namespace'::regclass AND d.refobjid = n.oid
     AND d.classid = 'pg_class'::regclass
JOIN pg_trigger t ON t.tgrelid = d.objid
WHERE n.nspname = %(schema)s AND t.tgnargs > 0
"""

MEMBER_IDS = """
SELECT d.classid::regclass::text AS catalogue, d.objid AS oid, d.refobjid AS namespace
FROM pg_depend d JOIN pg_namespace n ON n.oid = d.refobjid
WHERE d.refclassid = 'pg_namespace'::regclass AND n.nspname = %(schema)s
  AND d.classid IN ('pg_class'::regclass, 'pg_type'::regclass)
"""
