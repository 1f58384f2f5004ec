"""Every YAML file must parse, and say nothing twice."""

from __future__ import annotations

import sys
from pathlib import Path

import yaml


class Strict(yaml.SafeLoader):
    """A repeated key is a mistake that YAML itself forgives."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        keys = [key.value for key, _ in node.value if key.value != "<<"]
        for key in set(keys):
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"ключ «{key}» двічі", node.start_mark)
        return super().construct_mapping(node, deep)


def _unknown_tag(loader: Strict, suffix: str, node: yaml.Node) -> object:
    """Compose and CloudFormation have tags of their own; only the syntax is judged here."""
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node)
    return node.value


Strict.add_multi_constructor("!", _unknown_tag)


def main(paths: list[str]) -> int:
    failures = 0
    for path in paths:
        try:
            list(yaml.load_all(Path(path).read_text(encoding="utf-8"), Loader=Strict))
        except yaml.YAMLError as wrong:
            failures += 1
            sys.stdout.write(f"{path}: {wrong}\n")
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
