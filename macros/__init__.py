"""Every price on the site, computed from one rates file.

    numbers, characters <- lines <- regions, checks <- rates <- workload <- metering <- rating <- formatting, figures <- receipts, charts, changes
        <- reference, export, replay, freshness, browser, asof, searchable <- templates, placement <- pages <- register <- this module

Only register.py knows MkDocs. `mkdocs serve` keeps imported modules: after an edit of macros/*.py the next build imports all anew.
"""

import importlib
import sys
from pathlib import Path


def _files() -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in Path(__file__).parent.glob("*.py")}


_IMPORTED = _files()


def define_env(env):
    """Called by mkdocs-macros at the start of each build."""
    if _files() != _IMPORTED:
        for name in [name for name in sys.modules if name == __name__ or name.startswith(f"{__name__}.")]:
            del sys.modules[name]
        return importlib.import_module(__name__).define_env(env)
    from . import register

    register.register(env)
