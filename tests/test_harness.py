"""The ground under the other tests."""

import platform as standard_platform
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_standard_library_is_not_shadowed():
    assert Path(standard_platform.__file__).is_relative_to(Path(sys.base_prefix))
    assert not (ROOT / "platform" / "__init__.py").exists()
