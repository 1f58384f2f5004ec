"""The tree of commands."""

from __future__ import annotations

import typer

from provisioning.cli import audit, demo, fleet, jobs, module, reference, rollup, stack, template, tenant, user

app = typer.Typer(
    name="hromada",
    help="Хмара громад: створення, життя і перенесення громад, оновлення флоту, довідники, люди, завдання.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
stack.register(app)
for name, commands, title in (
    ("tenant", tenant.app, "Громади і підприємства."),
    ("fleet", fleet.app, "Увесь флот схем: міграції, стан, запити."),
    ("template", template.app, "Зразок, з якого створюють громади."),
    ("reference", reference.app, "Спільні довідники."),
    ("user", user.app, "Люди громади або консолі."),
    ("jobs", jobs.app, "Довгі завдання."),
    ("audit", audit.app, "Журнал змін і його ланцюг."),
    ("rollup", rollup.app, "Показники області: свіжість, звірка, перерахунок."),
    ("demo", demo.app, "Демонстраційна область."),
    ("module", module.app, "Модулі коду."),
):
    app.add_typer(commands, name=name, help=title, no_args_is_help=True)


def run() -> int:
    try:
        app(standalone_mode=True)
    except SystemExit as ended:
        return int(ended.code or 0) if isinstance(ended.code, int | None) else 1
    return 0
