"""Papers are set by typst from a layout and plain data: what a card says is never read as layout.

The typeface is the one the library carries: it has every Ukrainian letter, the apostrophe and the hryvnia, goes into
the file whole enough to be searched and copied, and is the same on every machine.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst
from django.utils.translation import get_language

LAYOUTS = Path(__file__).parent / "papers"
Output = Literal["pdf", "png", "svg"]


def typeset(layout: str, content: dict[str, Any], output: Output = "pdf", folder: Path = LAYOUTS) -> bytes:
    given = {"data": json.dumps({**content, "language": get_language() or "uk"}, ensure_ascii=False)}
    # Its types allow no bytes beside a folder, though it takes both.
    compile_layout: Any = typst.compile
    made = compile_layout(
        _layout(folder / f"{layout}.typ"),
        sys_inputs=given,
        format=output,
        ppi=300,
        ignore_system_fonts=True,
        root=str(folder),
    )
    return bytes(made if isinstance(made, bytes) else made[0])


@cache
def _layout(path: Path) -> bytes:
    return path.read_bytes()


def picture_of(content: bytes, kind: str) -> bytes:
    """A drawing or a picture as PNG, for documents that take no other."""
    if kind == "png":
        return content
    page = b"#let d = json(bytes(sys.inputs.data))\n#set page(width: 60mm, height: auto, margin: 0mm, fill: none)\n"
    page += b"#image(bytes(d.picture), format: d.kind, width: 60mm)\n"
    given = {"data": json.dumps({"picture": list(content), "kind": "jpg" if kind == "jpeg" else kind})}
    compile_page: Any = typst.compile
    made = compile_page(page, sys_inputs=given, format="png", ppi=200, ignore_system_fonts=True, root=str(LAYOUTS))
    return bytes(made if isinstance(made, bytes) else made[0])
