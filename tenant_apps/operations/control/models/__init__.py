"""Models of the module, in files by their subject."""

from tenant_apps.operations.control.models.kinds import CheckItem, ViolationKind
from tenant_apps.operations.control.models.violations import Finding, Violation
from tenant_apps.operations.control.models.zones import CareZone

__all__ = ["CareZone", "CheckItem", "Finding", "Violation", "ViolationKind"]
