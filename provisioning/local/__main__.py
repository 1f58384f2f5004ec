"""`python -m provisioning.local`: the servers alone, usable before Django can be imported."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping

from provisioning.local import stack
from provisioning.local.errors import StackError
from provisioning.local.paths import PROFILES, layout
from provisioning.local.up import run_everything, stop_everything


def main(argv: list[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except StackError as refused:
        sys.stderr.write(f"{refused}\n")
        return 1


def up(arguments: argparse.Namespace) -> int:
    """Start the servers and leave them running."""
    found = stack.start(arguments.profile)
    stack.pin(layout(arguments.profile)).touch()
    _say(found.report(), arguments.json)
    return 0


def down(arguments: argparse.Namespace) -> int:
    """Stop the servers of the profile; with --unused those that its kind no longer needs, silently."""
    if arguments.unused:
        stack.stop_unused(arguments.profile)
        return 0
    stack.pin(layout(arguments.profile)).unlink(missing_ok=True)
    _say({"profile": arguments.profile, "stopped": list(stack.stop(arguments.profile))}, arguments.json)
    return 0


def status(arguments: argparse.Namespace) -> int:
    """Tell what lives now; exit 1 when something is down."""
    found = stack.status(arguments.profile)
    _say(found, arguments.json)
    servers = (found["postgres"], found["redis"])
    return 0 if all(isinstance(server, dict) and server["healthy"] for server in servers) else 1


def env(arguments: argparse.Namespace) -> int:
    """Print the environment of the last start, ready for eval."""
    values = stack.read_environment(arguments.profile)
    if arguments.json:
        _say(values, as_json=True)
    else:
        for name, value in values.items():
            sys.stdout.write(f"export {name}={shlex.quote(value)}\n")
    return 0 if values else 1


def execute(arguments: argparse.Namespace) -> int:
    """Run a command over started servers, and stop them after it unless somebody else uses them."""
    command = arguments.command[1:] if arguments.command[:1] == ["--"] else arguments.command
    try:
        found = stack.start(arguments.profile)
        # Ctrl-C reaches the whole terminal group: the command decides, and we outlive it to clean up.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        child = subprocess.Popen(command, env={**os.environ, **found.environment()}, preexec_fn=_default_sigint)
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        code = child.wait()
        return code if code >= 0 else 128 - code
    finally:
        stack.stop_unused(arguments.profile.partition("-")[0])


def run(arguments: argparse.Namespace) -> int:
    """Start the whole product and supervise it."""
    try:
        return run_everything(fresh=arguments.fresh)
    except KeyboardInterrupt:
        return 130


def halt(arguments: argparse.Namespace) -> int:
    """Stop the whole product, its servers, and those that finished tests and benchmarks left running."""
    stopped = ["run"] if stop_everything() else []
    _say({"stopped": [*stopped, *stack.stop_unused("test"), *stack.stop_unused("bench")]}, arguments.json)
    return 0


def erase(arguments: argparse.Namespace) -> int:
    """Stop and erase the local data of every profile, or with --profile only of the one named."""
    profile: str = arguments.profile or ""
    if not arguments.yes:
        what = f"локальні дані профілю «{profile}»" if profile else "всі локальні дані"
        if not sys.stdin.isatty():
            raise StackError(f"Це стирає {what}.", "підтвердьте: --yes, для всіх — make clean YES=1")
        if input(f"Стерти {what}: бази, черги, файли й журнали? Напишіть «так»: ").strip() != "так":
            return 1
    if profile in ("", "run"):
        stop_everything()
    _say({"erased": stack.clean(profile=profile)}, arguments.json)
    return 0


def _default_sigint() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _say(facts: Mapping[str, object], as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")
        return
    for name, value in facts.items():
        sys.stdout.write(f"{name:<14} {value}\n")


VERBS: dict[str, Callable[[argparse.Namespace], int]] = {
    "up": up,
    "down": down,
    "status": status,
    "env": env,
    "exec": execute,
    "run": run,
    "stop": halt,
    "clean": erase,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m provisioning.local", description=__doc__)
    verbs = parser.add_subparsers(required=True)
    for name, action in VERBS.items():
        verb = verbs.add_parser(name, help=action.__doc__)
        # What is erased is named: by default `clean` means all of it, as «make clean» says.
        default, meant = (None, "; без нього — усі") if action is erase else ("run", "")
        verb.add_argument("--profile", default=default, help=f"{', '.join(PROFILES)} або частина, як-от test-0{meant}")
        verb.add_argument("--json", action="store_true")
        verb.set_defaults(run=action)
        if action is execute:
            verb.add_argument("command", nargs=argparse.REMAINDER)
        if action is down:
            verb.add_argument("--unused", action="store_true")
        if action is erase:
            verb.add_argument("--yes", action="store_true")
        if action is run:
            verb.add_argument("--fresh", action="store_true")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
