"""What differs between two schemas that should be alike."""

from __future__ import annotations

from provisioning.blueprint.catalogue import read_structure
from provisioning.blueprint.reader import Connection
from provisioning.blueprint.structure import Column, Constraint, Index, Sequence, Structure, Table, View

Facts = dict[str, dict[str, str]]


def diff_schemas(
    conn: Connection, a: str, b: str, *, role_a: str | None = None, role_b: str | None = None
) -> list[str]:
    """Sentences for a human; an empty list means that the schemas are alike in all but their names."""
    return diff_structures(read_structure(conn, a, role=role_a), read_structure(conn, b, role=role_b), a, b)


def diff_structures(first: Structure, second: Structure, a: str, b: str) -> list[str]:
    ours, theirs = _facts(first), _facts(second)
    differences: list[str] = []
    for subject in sorted(ours.keys() | theirs.keys()):
        if subject not in theirs:
            differences.append(f"{subject}: є в «{a}», немає в «{b}»")
        elif subject not in ours:
            differences.append(f"{subject}: немає в «{a}», є в «{b}»")
        else:
            for aspect in sorted(ours[subject].keys() | theirs[subject].keys()):
                one, other = ours[subject].get(aspect, ""), theirs[subject].get(aspect, "")
                if one != other:
                    differences.append(f"{subject}, {aspect}: «{a}» — {one or 'немає'}; «{b}» — {other or 'немає'}")
    return differences


def _facts(structure: Structure) -> Facts:
    """Every object by a name a human knows, with what may differ in it."""
    facts: Facts = {"схема": {"власник": structure.owner}}
    for table in structure.tables:
        _table(facts, table)
    for view in structure.views:
        _view(facts, view)
    for sequence in structure.sequences:
        facts[f"послідовність «{sequence.name}»"] = {
            "вид": _sequence(sequence),
            "власник": sequence.owner,
            "належить": f"{sequence.table}.{sequence.column}" if sequence.table else "",
        }
    for enum in structure.enums:
        facts[f"перелік «{enum.name}»"] = {"значення": ", ".join(enum.labels), "власник": enum.owner}
    for domain in structure.domains:
        facts[f"домен «{domain.name}»"] = {
            "тип": domain.type,
            "сортування": domain.collation or "",
            "NOT NULL": str(domain.not_null),
            "за замовчуванням": domain.default or "",
            "власник": domain.owner,
        }
        for constraint in domain.constraints:
            facts[f"обмеження «{constraint.name}» домену «{domain.name}»"] = _constraint(constraint)
    for trigger in structure.triggers:
        facts[f"тригер «{trigger.name}» таблиці «{trigger.table}»"] = {
            "визначення": trigger.definition,
            "стан": trigger.enabled,
            "налаштування функції": ", ".join(trigger.function_settings),
        }
    for statistics in structure.statistics:
        facts[f"статистика «{statistics.name}»"] = {
            "визначення": statistics.definition,
            "докладність": str(statistics.target),
        }
    _access(facts, structure)
    for comment in structure.comments:
        facts[f"пояснення до {comment.target}"] = {"текст": comment.text}
    for pin in structure.pins:
        facts[f"закріплення {pin}"] = {}
    for problem in structure.unsupported:
        facts[f"порушення: {problem.fact}"] = {}
    return facts


def _table(facts: Facts, table: Table) -> None:
    facts[f"таблиця «{table.name}»"] = {
        "власник": table.owner,
        "UNLOGGED": str(table.unlogged),
        "параметри": ", ".join(table.options),
        "порядок колонок": ", ".join(column.name for column in table.columns),
        "поділ": table.partition_key or "",
        "частина": f"{table.partition_of} {table.partition_bound}" if table.partition_of else "",
        "REPLICA IDENTITY": f"{table.replica_identity} {table.replica_index or ''}".strip(),
        "CLUSTER": table.cluster_index or "",
    }
    for column in table.columns:
        facts[f"колонка «{table.name}.{column.name}»"] = _column(column)
    for constraint in table.constraints:
        facts[f"обмеження «{constraint.name}» таблиці «{table.name}»"] = _constraint(constraint)
    for index in table.indexes:
        facts[f"індекс «{index.name}»"] = _index(index)


def _view(facts: Facts, view: View) -> None:
    facts[f"подання «{view.name}»"] = {
        "власник": view.owner,
        "визначення": view.definition,
        "матеріалізоване": str(view.materialized),
        "наповнене": str(view.populated),
        "параметри": ", ".join(view.options),
    }
    for column in view.columns:
        facts[f"колонка «{view.name}.{column.name}»"] = _column(column)
    for index in view.indexes:
        facts[f"індекс «{index.name}»"] = _index(index)


def _column(column: Column) -> dict[str, str]:
    return {
        "тип": column.type,
        "NOT NULL": str(column.not_null),
        "обчислення" if column.generated else "за замовчуванням": column.expression or "",
        "IDENTITY": {"a": "ALWAYS", "d": "BY DEFAULT"}.get(column.identity, ""),
        "послідовність": f"{column.sequence.name}: {_sequence(column.sequence)}" if column.sequence else "",
        "власник послідовності": column.sequence.owner if column.sequence else "",
        "сортування": column.collation or "",
        "зберігання": f"{column.storage or ''} {column.compression}".strip(),
        "статистика": "" if column.statistics is None else str(column.statistics),
        "параметри": ", ".join(column.options),
    }


def _sequence(sequence: Sequence) -> str:
    cycle = ", CYCLE" if sequence.cycle else ""
    return (
        f"{sequence.type} від {sequence.start} кроком {sequence.increment}, "
        f"межі {sequence.minimum}…{sequence.maximum}, CACHE {sequence.cache}{cycle}"
    )


def _constraint(constraint: Constraint) -> dict[str, str]:
    return {"визначення": constraint.definition}


def _index(index: Index) -> dict[str, str]:
    return {
        "визначення": index.definition,
        "частина": index.parent or "",
        "параметри": ", ".join(index.options),
        "статистика": ", ".join(f"{place}: {target}" for place, target in index.statistics),
    }


def _access(facts: Facts, structure: Structure) -> None:
    role = structure.role
    facts["роль схеми"] = {
        "є": str(role.exists),
        "LOGIN": str(role.login),
        "INHERIT": str(role.inherit),
        "повноваження": str(role.elevated),
        "входить до": ", ".join(role.member_of),
        "хто нею стає": ", ".join(role.members),
    }
    for grant in structure.grants:
        where = f"{grant.kind} {grant.name}{f'.{grant.column}' if grant.column else ''}".strip()
        held = facts.setdefault(f"права {grant.grantee or 'PUBLIC'} на {where}", {})
        held[grant.privilege] = "з правом передавати" if grant.grantable else "так"
    for later in structure.default_grants:
        held = facts.setdefault(f"права {later.grantee or 'PUBLIC'} на майбутні {later.kind}", {})
        held[later.privilege] = "з правом передавати" if later.grantable else "так"
