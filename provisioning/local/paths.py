"""Where the embedded stack keeps its state, and the account its servers run under."""

from __future__ import annotations

import hashlib
import os
import pwd
import re
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from provisioning.local.errors import StackError

PROJECT = Path(__file__).resolve().parents[2]
PROFILES = ("run", "test", "bench")
# Tests throw their servers away; bench measures what a customer would get, so it keeps every safety of run.
SAFE_PROFILES = ("run", "bench")

# Unlike /tmp it survives a reboot; the ownership of what we find there is verified.
DISK = Path("/var/tmp").resolve()  # noqa: S108
# A database is some 1,500 files, and tests copy whole databases: in memory that is 15 times faster.
MEMORY = Path("/dev/shm").resolve()  # noqa: S108
ROOM_NEEDED = 2 * 1024**3

# sun_path holds 108 bytes with the terminating NUL.
SOCKET_PATH_LIMIT = 107
LONGEST_SOCKET = "sockets/.s.PGSQL.5432"

# These paths go into URLs, configuration files and command lines of four programs, each with its
# own quoting; anything else lives under DISK.
PLAIN_PATH = re.compile(r"[A-Za-z0-9._/+-]+")


@dataclass(frozen=True, slots=True)
class Account:
    """An unprivileged account that the servers run under when we are root."""

    name: str
    uid: int
    gid: int


def service_account() -> Account | None:
    """PostgreSQL refuses to run as root, so root lends it somebody else's account."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise StackError(
        "Процес працює як root, а облікового запису postgres чи nobody на машині немає.",
        "створіть запис (useradd --system postgres) або запустіть від звичайного користувача.",
    )


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders of one profile of one project."""

    profile: str
    project: Path
    state: Path
    home: Path
    account: Account | None

    @property
    def safe(self) -> bool:
        """Whether the data must survive a power cut."""
        return self.profile.partition("-")[0] in SAFE_PROFILES

    @property
    def sockets(self) -> Path:
        return self.home / "sockets"

    @property
    def logs(self) -> Path:
        return self.home / "logs"


def layout(profile: str, project: Path = PROJECT) -> Layout:
    """The folders of a profile, created with the rights they need."""
    # «test-0»: a profile may be divided, each part having its own servers.
    if profile.partition("-")[0] not in PROFILES or not re.fullmatch(r"[a-z]+(-[a-z0-9]+)?", profile):
        raise StackError(f"Немає профілю «{profile}».", f"виберіть один із: {', '.join(PROFILES)}.")
    account = service_account()
    state = project / ".local"
    state.mkdir(parents=True, exist_ok=True)
    places = [state, *(_shared_parent(root, project) for root in (MEMORY, DISK))]
    if profile.partition("-")[0] in SAFE_PROFILES:
        places.remove(_shared_parent(MEMORY, project))
    elif _roomy(MEMORY):
        places.sort(key=lambda place: place.parent != MEMORY)
    # Where the servers already are, there they stay, whatever has changed around them.
    places.sort(key=lambda place: not (place / profile / "sockets").is_dir())
    for place in places:
        home = place / profile
        if _fits(home) and _make_parent(place, project) and _own(home, account) and _reachable(home, account):
            break
    else:
        raise StackError(
            f"Не вдалося зробити приватну теку для профілю «{profile}».",
            f"звільніть місце або перевірте права на {DISK}; потім повторіть.",
        )
    for folder in (home / "sockets", home / "logs"):
        _own(folder, account)
    return Layout(profile, project, state, home, account)


def layouts(project: Path = PROJECT) -> list[Layout]:
    """Every profile that was ever started here."""
    parents = (project / ".local", *shared_parents(project))
    names = {folder.parent.name for parent in parents for folder in parent.glob("*/sockets")}
    return [layout(name, project) for name in sorted(names)]


def shared_parents(project: Path) -> list[Path]:
    """Where a project's profiles live when they are not in its own folder."""
    return [_shared_parent(root, project) for root in (MEMORY, DISK)]


def _shared_parent(root: Path, project: Path) -> Path:
    digest = hashlib.sha256(os.fsencode(project)).hexdigest()[:10]
    return root / f"hromada-{os.geteuid()}-{digest}"


def _make_parent(parent: Path, project: Path) -> bool:
    if parent.parent not in (MEMORY, DISK):
        return True
    fresh = not parent.exists()
    parent.mkdir(mode=0o711, exist_ok=True)
    found = parent.lstat()
    # Anybody may create a name in these folders before us.
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise StackError(f"{parent} належить не нам.", f"приберіть його: sudo rm -r {parent}")
    parent.chmod(0o711)
    if fresh:
        (parent / "project").write_text(str(project))
        _forget_vanished(parent.parent)
    return True


def _forget_vanished(root: Path) -> None:
    """A clone that was deleted leaves its folders here, and in memory they are not cheap."""
    for note in root.glob(f"hromada-{os.geteuid()}-*/project"):
        if note.parent.lstat().st_uid == os.geteuid() and not Path(note.read_text()).exists():
            shutil.rmtree(note.parent, ignore_errors=True)


def has_shared_memory() -> bool:
    """Whether any account may use /dev/shm, and for more than a token amount."""
    try:
        room = os.statvfs(MEMORY)
        mode = MEMORY.stat().st_mode
    except OSError:
        return False
    return mode & 0o1777 == 0o1777 and room.f_blocks * room.f_frsize >= ROOM_NEEDED // 4


def _roomy(root: Path) -> bool:
    """Containers often have a token /dev/shm, and small machines have none to spare."""
    try:
        room = os.statvfs(root)
        memory = re.search(r"MemAvailable:\s+(\d+)", Path("/proc/meminfo").read_text())
    except OSError:
        return False
    free = room.f_bavail * room.f_frsize
    return memory is not None and free >= ROOM_NEEDED and int(memory.group(1)) * 1024 >= 3 * ROOM_NEEDED


def _fits(home: Path) -> bool:
    longest = str(home / LONGEST_SOCKET)
    return len(longest.encode()) <= SOCKET_PATH_LIMIT and PLAIN_PATH.fullmatch(longest) is not None


def _own(folder: Path, account: Account | None) -> bool:
    """Make the folder private to the servers' account; some mounted file systems cannot do it."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    uid = account.uid if account else os.geteuid()
    gid = account.gid if account else found.st_gid
    if stat.S_ISDIR(found.st_mode) and (found.st_uid, found.st_gid, found.st_mode & 0o777) == (
        uid,
        gid,
        0o700,
    ):
        return True
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {uid, os.geteuid()}:
        return False
    try:
        os.chown(folder, uid, gid)
        folder.chmod(0o700)
    except OSError:
        return False
    return (folder.lstat().st_uid, folder.lstat().st_mode & 0o777) == (uid, 0o700)


def _reachable(folder: Path, account: Account | None) -> bool:
    """Asked of the kernel itself: access lists and mount options count too."""
    if account is None:
        return os.access(folder, os.X_OK | os.W_OK)
    answer = subprocess.run(
        ["/usr/bin/test", "-w", str(folder)],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        check=False,
    )
    return answer.returncode == 0
