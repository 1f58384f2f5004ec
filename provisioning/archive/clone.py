"""A training copy: the same community under another name, with every person masked."""

from __future__ import annotations

import tempfile
from pathlib import Path

from kernel.tenancy import platform_context
from provisioning.archive.export import export_tenant
from provisioning.archive.mask import mask_people
from provisioning.archive.restore import Restored, restore_tenant
from provisioning.lifecycle.records import find_community
from provisioning.progress import Progress, silent


def clone_tenant(
    slug: str, *, target: str, by: str, masked: bool = True, dry_run: bool = False, progress: Progress = silent
) -> Restored:
    """The copy on the way is encrypted with a key that is forgotten, for it still holds the real people."""
    import secrets

    key = secrets.token_urlsafe(32)
    with platform_context():
        name = find_community(slug).short_name
    with tempfile.TemporaryDirectory(prefix="hromada-clone-") as folder:
        path = Path(folder) / "copy.hromada"
        export_tenant(slug, path, by=by, key=key, progress=progress)
        return restore_tenant(
            path,
            slug=target,
            by=by,
            key=key,
            dry_run=dry_run,
            change=mask_people if masked else None,
            training=masked,
            name=f"{name} (навчальна копія)" if masked else "",
            progress=progress,
        )
