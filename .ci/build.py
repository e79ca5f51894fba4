"""Builds the site beside the one that is there and swaps it in when it is whole. `make build` runs it:

    python3 .ci/build.py COMMAND...     runs `COMMAND... --site-dir FOLDER`

Two builds at once do not meet; one that fails, or is killed at any moment, leaves the last good site in site/. Only the standard library is at hand.
"""

import ctypes
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PREFIX = ".site-build-"


def main(command: list[str]) -> int:
    site = (ROOT / "site").resolve()  # where a link leads: the link stays
    try:
        with _workshop(site) as (folder, lock):
            new = folder / "new"
            built = subprocess.run([*command, "--site-dir", str(new)], cwd=ROOT, pass_fds=[lock])
            if built.returncode or not (new / "index.html").is_file():
                return built.returncode or 1
            with _alone():
                _swap(new, site, folder / "old")
    except OSError as error:
        print(f"the site cannot be put into {site}: {error.strerror}; the last one stays", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


@contextmanager
def _workshop(site: Path) -> Iterator[tuple[Path, int]]:
    """A folder for one build beside the site, locked for as long as the build or a child of it runs."""
    with _alone():
        _tidy(site)
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=site.parent))
        lock = os.open(folder, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield folder, lock
    finally:
        os.close(lock)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _alone() -> Iterator[None]:
    with (ROOT / "mkdocs.yml").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _tidy(site: Path) -> None:
    """Removes what killed builds have left, and puts a site back that was on its way out."""
    for folder in site.parent.glob(f"{PREFIX}*"):
        lock = os.open(folder, os.O_RDONLY)
        with suppress(BlockingIOError):  # that one is still at work
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if (folder / "old").is_dir() and not site.exists():
                (folder / "old").rename(site)
            shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _swap(new: Path, site: Path, old: Path) -> None:
    if not site.exists():
        new.rename(site)
    elif not _exchange(new, site):
        site.rename(old)
        new.rename(site)


def _exchange(one: Path, other: Path) -> bool:
    """Two folders change names in one step, where the system can do that: at no moment is there no site."""
    libc = ctypes.CDLL(None)
    paths = os.fsencode(one), os.fsencode(other)
    if hasattr(libc, "renameat2"):  # Linux: AT_FDCWD is -100, RENAME_EXCHANGE is 2
        return libc.renameat2(-100, paths[0], -100, paths[1], 2) == 0
    if hasattr(libc, "renamex_np"):  # macOS: RENAME_SWAP is 2
        return libc.renamex_np(*paths, 2) == 0
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
