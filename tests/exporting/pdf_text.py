"""The words of a PDF as a reader copies them."""

from __future__ import annotations

import io

from pypdf import PdfReader


def pages_of(content: bytes) -> list[str]:
    """The text of each page in one line."""
    assert content.startswith(b"%PDF-")
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]
