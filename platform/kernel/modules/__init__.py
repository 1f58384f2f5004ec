"""What a module is, where it belongs, and whether it is on for the current tenant."""

from kernel.modules.manifest import Area, ModuleConfig

__all__ = ["Area", "ModuleConfig"]
