"""File storage: every path begins with the tenant's own folder, and nothing climbs out of it."""

from __future__ import annotations

import posixpath
from pathlib import Path
from typing import Any

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage, Storage, default_storage
from django.utils._os import safe_join
from storages.backends.s3 import S3Storage

from kernel.tenancy.scope import current_scope

__all__ = ["TenantDiskStorage", "TenantS3Storage", "storage"]

storage: Storage = default_storage


def folder() -> str:
    scope = current_scope()
    return f"tenants/{scope.tenant.id}" if scope.tenant else f"platform/{scope.schema}"


def inside(name: str) -> str:
    """A clean relative name, or an error for anything absolute, climbing or hidden in odd characters.

    The empty name is the tenant's own folder, which may be listed.
    """
    if not name:
        return ""
    cleaned = posixpath.normpath(name.replace("\\", "/"))
    if "\x00" in name or cleaned.startswith(("/", "../")) or cleaned in ("..", "."):
        raise SuspiciousFileOperation(f"The path {name!r} leaves the tenant's folder.")
    return cleaned


class TenantDiskStorage(FileSystemStorage):
    def path(self, name: str) -> str:
        full = safe_join(self.location, folder(), inside(name))
        # A link planted inside the folder must not lead out of it either.
        root = Path(self.location, folder()).resolve()
        if not Path(full).resolve().is_relative_to(root):
            raise SuspiciousFileOperation(f"The path {name!r} leaves the tenant's folder.")
        return full

    def _save(self, name: str, content: Any) -> str:
        """The name by which it is opened again, without the folder that opening adds."""
        return posixpath.relpath(super()._save(name, content), folder())  # type: ignore[misc]

    def url(self, name: str | None) -> str:
        raise ValueError("Files have no address of their own; make a signed link with kernel.tenancy.links.")


class TenantS3Storage(S3Storage):
    def _normalize_name(self, name: str) -> str:
        return super()._normalize_name(f"{folder()}/{inside(name)}")

    def get_default_settings(self) -> dict[str, Any]:
        return {**super().get_default_settings(), "file_overwrite": False, "querystring_expire": 300}
