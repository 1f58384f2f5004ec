"""`hromada tenant …`: the life of one community."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from provisioning.cli import domain, modules, plan
from provisioning.cli.output import DryRun, Json, Yes, bar, command, confirm, done, emit, facts, operator, people, table

app = typer.Typer()
app.add_typer(domain.app, name="domain", help="Власні домени громади.", no_args_is_help=True)
app.add_typer(modules.app, name="modules", help="Увімкнені модулі.", no_args_is_help=True)
app.add_typer(plan.plan_app, name="plan", help="Тариф.", no_args_is_help=True)
app.add_typer(plan.quota_app, name="quota", help="Обсяги понад тариф.", no_args_is_help=True)

Slug = Annotated[str, typer.Argument(help="Адреса громади, напр. dubohirska.")]
Reason = Annotated[str, typer.Option("--reason", help="Чому; побачать люди й журнал.")]
KeyFile = Annotated[
    Path | None, typer.Option("--key-file", help="Файл із ключем архіву; інакше ARCHIVE_KEY, якщо задано.", exists=True)
]


def archive_key(file: Path | None) -> str:
    from django.conf import settings

    return file.read_text(encoding="utf-8").strip() if file else settings.ARCHIVE_KEY


def told(community: Any) -> dict[str, Any]:
    """A community as programs see it."""
    from provisioning.health.status import address

    return {
        "id": community.pk,
        "slug": community.slug,
        "kind": community.kind,
        "name": community.name,
        "short_name": community.short_name,
        "state": community.state,
        "state_reason": community.state_reason,
        "read_only": community.read_only,
        "training": community.training,
        "schema": community.schema_name,
        "shard": community.shard,
        "plan": community.plan_id,
        "parent": community.parent.slug if community.parent else None,
        "katottg": community.katottg,
        "edrpou": community.edrpou,
        "url": address(f"{community.slug}.{_base()}"),
        "created_at": community.created_at,
    }


def _base() -> str:
    from django.conf import settings

    return str(settings.BASE_DOMAIN)


def answer(community: Any, text: str, *, as_json_document: bool, dry_run: bool = False, **more: Any) -> None:
    if as_json_document:
        emit({**told(community), "dry_run": dry_run, **more})
    else:
        done(f"{text}{' (лише показано, нічого не змінено)' if dry_run else ''}")


@app.command()
@command
def create(
    name: Annotated[str, typer.Option(help="Повна назва.")],
    kind: Annotated[str, typer.Option(help="hromada або enterprise.")] = "hromada",
    slug: Annotated[str, typer.Option(help="Адреса; без неї — з назви за постановою КМУ № 55.")] = "",
    short_name: Annotated[str, typer.Option(help="Коротка назва.")] = "",
    genitive_name: Annotated[str, typer.Option(help="Назва в родовому відмінку, для документів.")] = "",
    parent: Annotated[str, typer.Option(help="Громада-власник підприємства.")] = "",
    katottg: Annotated[str, typer.Option(help="Код КАТОТТГ.")] = "",
    edrpou: Annotated[str, typer.Option(help="Код ЄДРПОУ.")] = "",
    edrpou_reason: Annotated[str, typer.Option(help="Чому код із хибною контрольною цифрою справжній.")] = "",
    population: Annotated[int | None, typer.Option(help="Населення.")] = None,
    plan_code: Annotated[str, typer.Option("--plan", help="Тариф.")] = "standard",
    contact_person: Annotated[str, typer.Option(help="Кому дзвонити, якщо громаду призупинено.")] = "",
    contact_phone: Annotated[str, typer.Option(help="Його телефон.")] = "",
    admin_email: Annotated[str, typer.Option(help="Пошта першого адміністратора; він отримає запрошення.")] = "",
    allow_look_alike: Annotated[str, typer.Option(help="Причина дозволити назву, схожу на наявну.")] = "",
    dry_run: DryRun = False,
    as_json_document: Json = False,
) -> None:
    """Створити громаду або підприємство. Перерване створення завершується повторенням команди."""
    from provisioning.lifecycle import NewTenant, create_with_report, preview_creation

    new = NewTenant(
        name=name,
        kind=kind,
        slug=slug,
        short_name=short_name,
        genitive_name=genitive_name,
        parent=parent,
        katottg=katottg,
        edrpou=edrpou,
        edrpou_override_reason=edrpou_reason,
        population=population,
        plan=plan_code,
        contact_person=contact_person,
        contact_phone=contact_phone,
        admin_email=admin_email,
        look_alike_reason=allow_look_alike,
    )
    if dry_run:
        preview = preview_creation(new)
        if as_json_document:
            emit({**preview.as_json(), "dry_run": True})
        else:
            facts("Буде створено", preview.as_json())
        return
    with bar("Створення", json_mode=as_json_document) as progress:
        created = create_with_report(new, by=operator(), progress=progress)
    for warning in created.warnings:
        people.print(f"[yellow]![/] {warning}", highlight=False)
    answer(
        created.community,
        f"«{created.community.short_name}» працює: {told(created.community)['url']}",
        as_json_document=as_json_document,
        warnings=list(created.warnings),
        invitation=created.invitation_url or None,
    )
    if not as_json_document and created.invitation_url:
        people.print(f"  Запрошення адміністратору, дійсне тиждень: {created.invitation_url}", highlight=False)


@app.command("rollback-creation")
@command
def rollback(slug: Slug, yes: Yes = False, dry_run: DryRun = False, as_json_document: Json = False) -> None:
    """Прибрати сліди незавершеного створення."""
    from provisioning.lifecycle import rollback_creation

    if not dry_run:
        confirm(f"Скасувати створення «{slug}»?", yes=yes, json_mode=as_json_document)
    outcome = rollback_creation(slug, by=operator(), dry_run=dry_run)
    if as_json_document:
        emit({"slug": slug, "outcome": outcome, "dry_run": dry_run})
    else:
        done(outcome)


@app.command("list")
@command
def list_tenants(
    state: Annotated[str, typer.Option(help="Лише в цьому стані.")] = "",
    kind: Annotated[str, typer.Option(help="hromada або enterprise.")] = "",
    parent: Annotated[str, typer.Option(help="Підприємства цієї громади.")] = "",
    deleted: Annotated[bool, typer.Option("--deleted", help="Видалені, яких ще можна повернути.")] = False,
    as_json_document: Json = False,
) -> None:
    """Усі громади й підприємства."""
    from provisioning.lifecycle.deletion import deleted_communities
    from shared_apps.communities.models import Community

    if deleted:
        gone = deleted_communities()
        if as_json_document:
            emit(gone)
        else:
            table(
                "Видалені", ["Адреса", "Видалено", "Хто", "Повернути до", "Копія"], [list(row.values()) for row in gone]
            )
        return

    rows = Community.objects.select_related("parent")
    for field, value in (("state", state), ("kind", kind), ("parent__slug", parent)):
        if value:
            rows = rows.filter(**{field: value})
    if not state:
        rows = rows.exclude(state=Community.State.DELETED)
    if as_json_document:
        emit([told(community) for community in rows])
        return
    table(
        "Громади й підприємства",
        ["Адреса", "Назва", "Вид", "Стан", "Тариф", "Схема", "Створено"],
        [
            [c.slug, c.short_name, c.get_kind_display(), c.get_state_display(), c.plan_id, c.schema_name, c.created_at]
            for c in rows
        ],
        empty="Ще жодної. Створіть: hromada tenant create --name … --kind hromada",
    )


@app.command()
@command
def show(slug: Slug, as_json_document: Json = False) -> None:
    """Усе про громаду: стан і його історія, домени, версія схеми, обсяги."""
    from provisioning.lifecycle.plans import quotas
    from provisioning.lifecycle.records import find_community
    from shared_apps.fleet.models import SchemaVersion

    community = find_community(slug)
    version = SchemaVersion.objects.filter(schema_name=community.schema_name).first()
    found = {
        **told(community),
        "domains": list(community.domains.values("domain", "is_primary", "own", "verified_at")),
        "history": list(community.state_changes.values("at", "was", "became", "by", "reason")[:50]),
        "quotas": quotas(community),
        "fingerprint": version.fingerprint if version else None,
        "migrated_at": version.migrated_at if version else None,
    }
    if as_json_document:
        emit(found)
        return
    facts(community.short_name, {k: v for k, v in found.items() if k not in ("domains", "history", "quotas")})
    table(
        "Домени",
        ["Домен", "Головний", "Власний", "Перевірено"],
        [list(row.values()) for row in found["domains"]],
    )
    table("Історія", ["Коли", "Було", "Стало", "Хто", "Чому"], [list(row.values()) for row in found["history"]])


@app.command()
@command
def suspend(slug: Slug, reason: Reason, dry_run: DryRun = False, as_json_document: Json = False) -> None:
    """Призупинити: нікого не обслуговувати, нічого не втратити."""
    from provisioning.lifecycle.standing import suspend as run

    answer(
        run(slug, reason=reason, by=operator(), dry_run=dry_run),
        f"«{slug}» призупинено.",
        as_json_document=as_json_document,
        dry_run=dry_run,
    )


@app.command()
@command
def resume(slug: Slug, reason: Reason = "", dry_run: DryRun = False, as_json_document: Json = False) -> None:
    """Відновити роботу призупиненої."""
    from provisioning.lifecycle.standing import resume as run

    answer(
        run(slug, reason=reason, by=operator(), dry_run=dry_run),
        f"«{slug}» знову працює.",
        as_json_document=as_json_document,
        dry_run=dry_run,
    )


@app.command("read-only")
@command
def read_only(
    slug: Slug,
    off: Annotated[bool, typer.Option("--off", help="Знову дозволити зміни.")] = False,
    reason: Reason = "",
    dry_run: DryRun = False,
    as_json_document: Json = False,
) -> None:
    """Лишити тільки читання (або зняти з --off)."""
    from provisioning.lifecycle.standing import set_read_only

    answer(
        set_read_only(slug, not off, by=operator(), reason=reason, dry_run=dry_run),
        f"«{slug}»: {'зміни дозволено' if off else 'лише читання'}.",
        as_json_document=as_json_document,
        dry_run=dry_run,
    )


@app.command()
@command
def archive(
    slug: Slug, reason: Reason, yes: Yes = False, dry_run: DryRun = False, as_json_document: Json = False
) -> None:
    """Перевести в архів: не обслуговувати, зберегти повну копію."""
    from provisioning.lifecycle.standing import archive as run

    if not dry_run:
        confirm(f"Перевести «{slug}» в архів?", yes=yes, json_mode=as_json_document)
    with bar("Архівування", json_mode=as_json_document) as progress:
        community = run(slug, reason=reason, by=operator(), progress=progress, dry_run=dry_run)
    answer(community, f"«{slug}» в архіві.", as_json_document=as_json_document, dry_run=dry_run)


@app.command("restore-archived")
@command
def restore_archived(slug: Slug, reason: Reason = "", dry_run: DryRun = False, as_json_document: Json = False) -> None:
    """Повернути громаду з архіву до роботи."""
    from provisioning.lifecycle.standing import restore_archived as run

    answer(
        run(slug, by=operator(), reason=reason, dry_run=dry_run),
        f"«{slug}» знову працює.",
        as_json_document=as_json_document,
        dry_run=dry_run,
    )


@app.command()
@command
def delete(
    slug: Slug,
    reason: Reason,
    force: Annotated[bool, typer.Option(help="Не вимагати попереднього архівування.")] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json_document: Json = False,
) -> None:
    """Видалити громаду; повна копія зберігається встановлений строк, до того її можна повернути."""
    from provisioning.lifecycle.deletion import delete as run

    if not dry_run:
        confirm(f"Видалити «{slug}» разом зі схемою?", yes=yes, json_mode=as_json_document)
    with bar("Видалення", json_mode=as_json_document) as progress:
        deleted = run(slug, reason=reason, by=operator(), force=force, progress=progress, dry_run=dry_run)
    answer(
        deleted.community,
        f"«{slug}» видалено. Повернути можна до {deleted.recoverable_until:%d.%m.%Y}: hromada tenant recover {slug}.",
        as_json_document=as_json_document,
        dry_run=dry_run,
        archive=deleted.archive,
        recoverable_until=deleted.recoverable_until,
    )


@app.command()
@command
def recover(
    slug: Slug,
    reason: Reason,
    as_slug: Annotated[str, typer.Option("--as", help="Під іншою адресою.")] = "",
    dry_run: DryRun = False,
    as_json_document: Json = False,
) -> None:
    """Повернути видалену громаду з її збереженої копії."""
    from provisioning.lifecycle.deletion import recover_deleted

    with bar("Повернення", json_mode=as_json_document) as progress:
        community = recover_deleted(
            slug, reason=reason, by=operator(), as_slug=as_slug, progress=progress, dry_run=dry_run
        )
    answer(community, f"«{community.slug}» повернуто.", as_json_document=as_json_document, dry_run=dry_run)


@app.command()
@command
def rename(
    slug: Slug,
    new_slug: Annotated[str, typer.Option("--slug", help="Нова адреса.")] = "",
    name: Annotated[str, typer.Option(help="Нова повна назва.")] = "",
    short_name: Annotated[str, typer.Option(help="Нова коротка назва.")] = "",
    genitive_name: Annotated[str, typer.Option(help="Родовий відмінок.")] = "",
    allow_look_alike: Annotated[str, typer.Option(help="Причина дозволити схожу назву.")] = "",
    dry_run: DryRun = False,
    as_json_document: Json = False,
) -> None:
    """Змінити адресу або назви; стара адреса якийсь час веде на нову."""
    from provisioning.lifecycle.standing import rename as run

    renamed = run(
        slug,
        by=operator(),
        new_slug=new_slug,
        name=name,
        short_name=short_name,
        genitive_name=genitive_name,
        look_alike_reason=allow_look_alike,
        dry_run=dry_run,
    )
    answer(
        renamed.community,
        f"Тепер це «{renamed.community.short_name}», {renamed.host}.",
        as_json_document=as_json_document,
        dry_run=dry_run,
        kept_host=renamed.kept_host,
        kept_until=renamed.kept_until,
    )


@app.command("open")
@command
def open_door(
    slug: Slug,
    reason: Reason,
    emergency: Annotated[bool, typer.Option(help="Без згоди громади; її адміністратори про це дізнаються.")] = False,
    as_json_document: Json = False,
) -> None:
    """Одноразове посилання для підтримки; записується в журнал громади."""
    from kernel.access.support import issue_one_time_link
    from kernel.tenancy import tenant_context
    from provisioning.health.status import address
    from provisioning.lifecycle.records import find_community

    community = find_community(slug)
    with tenant_context(community):
        path = issue_one_time_link(by=operator(), reason=reason, emergency=emergency)
    url = address(f"{community.slug}.{_base()}").rstrip("/") + path
    if as_json_document:
        emit({"slug": slug, "url": url})
    else:
        done(f"Відкрийте протягом 10 хвилин, лише раз: {url}")


@app.command()
@command
def export(
    slug: Slug,
    to: Annotated[Path, typer.Option("--to", help="Куди покласти архів.")],
    key_file: KeyFile = None,
    dry_run: DryRun = False,
    as_json_document: Json = False,
) -> None:
    """Вивезти громаду в один файл: дані (CSV), файли, опис із контрольними сумами."""
    from provisioning.archive.export import export_tenant
    from provisioning.lifecycle.records import find_community

    if dry_run:
        answer(find_community(slug), f"Буде записано {to}.", as_json_document=as_json_document, dry_run=True)
        return
    with bar("Вивезення", json_mode=as_json_document) as progress:
        manifest = export_tenant(slug, to, by=operator(), key=archive_key(key_file), progress=progress)
    size = to.stat().st_size
    if as_json_document:
        emit(
            {
                "slug": slug,
                "file": to,
                "bytes": size,
                "tables": len(manifest.tables),
                "rows": manifest.rows,
                "files": len(manifest.files),
                "encrypted": bool(archive_key(key_file)),
            }
        )
    else:
        done(
            f"{to}: таблиць {len(manifest.tables)}, рядків {manifest.rows}, файлів {len(manifest.files)}, {size} байтів."
        )


@app.command()
@command
def restore(
    file: Annotated[Path, typer.Argument(help="Архів, створений `hromada tenant export`.")],
    slug: Annotated[str, typer.Option("--as", help="Під якою адресою відновити.")],
    key_file: KeyFile = None,
    allow_foreign: Annotated[bool, typer.Option(help="Довіряти архіву іншої установки без спільного ключа.")] = False,
    dry_run: DryRun = False,
    as_json_document: Json = False,
) -> None:
    """Відновити громаду з архіву; пошкоджений чи чужий архів не записує нічого."""
    from provisioning.archive.restore import restore_tenant

    with bar("Відновлення", json_mode=as_json_document) as progress:
        restored = restore_tenant(
            file,
            slug=slug,
            by=operator(),
            key=archive_key(key_file),
            allow_foreign=allow_foreign,
            dry_run=dry_run,
            progress=progress,
        )
    _tell_restored(restored, as_json_document=as_json_document)


@app.command()
@command
def clone(
    slug: Slug,
    target: Annotated[str, typer.Option("--as", help="Адреса копії.")],
    real_people: Annotated[bool, typer.Option(help="Не приховувати персональних даних (не для навчання).")] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json_document: Json = False,
) -> None:
    """Навчальна копія: та сама громада, люди приховані."""
    from provisioning.archive.clone import clone_tenant

    if real_people and not dry_run:
        confirm("Копія матиме справжні персональні дані. Продовжити?", yes=yes, json_mode=as_json_document)
    with bar("Копіювання", json_mode=as_json_document) as progress:
        restored = clone_tenant(
            slug, target=target, by=operator(), masked=not real_people, dry_run=dry_run, progress=progress
        )
    _tell_restored(restored, as_json_document=as_json_document)


@app.command()
@command
def move(
    slug: Slug,
    to: Annotated[str, typer.Option("--to", help="postgresql://… власника на іншому сервері.")],
    reason: Reason,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json_document: Json = False,
) -> None:
    """Перенести на інший сервер PostgreSQL; тим часом кілька секунд — лише читання."""
    from provisioning.archive.move import move_tenant

    if not dry_run:
        confirm(f"Перенести «{slug}» на інший сервер?", yes=yes, json_mode=as_json_document)
    with bar("Перенесення", json_mode=as_json_document) as progress:
        moved = move_tenant(slug, target_url=to, by=operator(), reason=reason, dry_run=dry_run, progress=progress)
    if as_json_document:
        emit(moved)
    else:
        done(f"«{slug}»: рядків {moved.rows}, лише читання {moved.seconds_read_only:.1f} с.")


@app.command()
@command
def verify(slug: Slug, as_json_document: Json = False) -> None:
    """Будова проти зразка, роль, ланцюг журналу, суми таблиць. Код 7, якщо щось не так."""
    from provisioning.archive.verify import verify_tenant

    with bar("Перевірка", json_mode=as_json_document) as progress:
        verified = verify_tenant(slug, progress=progress)
    if as_json_document:
        emit(verified)
    elif verified.ok:
        done(
            f"«{slug}»: таблиць {len(verified.tables)}, рядків {sum(t['rows'] for t in verified.tables.values())}; усе гаразд."
        )
    else:
        table(f"«{slug}»: не гаразд", ["Що"], [[problem] for problem in verified.problems])
    if not verified.ok:
        raise typer.Exit(7)


def _tell_restored(restored: Any, *, as_json_document: bool) -> None:
    for warning in restored.warnings:
        people.print(f"[yellow]![/] {warning}", highlight=False)
    if as_json_document:
        emit(restored)
    elif restored.dry_run:
        done(f"Архів цілий: рядків {restored.rows}, файлів {restored.files}; нічого не записано.")
    else:
        done(f"«{restored.slug}» відновлено і звірено: таблиць {restored.tables}, рядків {restored.rows}.")
