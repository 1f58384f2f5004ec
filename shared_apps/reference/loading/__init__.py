"""Loading of reference lists: `load`, `diff`, `overview`; see docs/reference.md."""

from shared_apps.reference.loading.kinds import TITLES
from shared_apps.reference.loading.report import Change, LoadReport, Progress
from shared_apps.reference.loading.service import Listed, diff, load, overview

__all__ = ["TITLES", "Change", "Listed", "LoadReport", "Progress", "diff", "load", "overview"]
