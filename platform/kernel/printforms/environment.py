"""The language of templates: fields, conditions, loops over related lists, and our own filters. Nothing else runs.

Twice over: what is not in the language is refused when a template is read, and what is asked of values while it is being
filled in goes only through their own lists of names.
"""

from __future__ import annotations

from typing import Any

from jinja2 import nodes
from jinja2.exceptions import SecurityError, TemplateSyntaxError
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from kernel.printforms.fields import Fields
from kernel.printforms.words import FILTERS

ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Const, nodes.Filter, nodes.For,
    nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Concat, nodes.Neg,
)  # fmt: skip
LOOP = frozenset({"index", "index0", "first", "last", "length"})
DEEPEST = 3


class Language(ImmutableSandboxedEnvironment):
    def __init__(self) -> None:
        super().__init__(autoescape=True, keep_trailing_newline=True)
        self.globals.clear()
        self.tests = {}
        self.filters = dict(FILTERS)

    def _parse(self, source: str, name: Any, filename: Any) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        self._allow(tree, 0)
        return tree

    def _allow(self, node: nodes.Node, depth: int) -> None:
        depth += isinstance(node, nodes.For)
        if not isinstance(node, ALLOWED) or depth > DEEPEST or (isinstance(node, nodes.For) and node.recursive):
            raise TemplateSyntaxError(type(node).__name__, node.lineno or 1)
        for child in node.iter_child_nodes():
            self._allow(child, depth)

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Fields):
            try:
                return obj.named(attribute)
            except KeyError:
                raise SecurityError(attribute) from None
        if isinstance(obj, LoopContext) and attribute in LOOP:
            return getattr(obj, attribute)
        raise SecurityError(attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        raise SecurityError(str(argument))

    def is_safe_callable(self, obj: Any) -> bool:
        return False
