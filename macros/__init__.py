"""Every price on the site, computed from one rates file.

    rates <- workload <- metering <- rating <- formatting, figures <- receipts, charts, changes <- reference, export, replay, freshness, browser, asof
        <- pages <- this module

Only this module and pages.register know MkDocs. `mkdocs serve` keeps imported modules, so each build reloads ours, in import
order: an edit of macros/*.py shows without a restart.
"""

import importlib
import sys

IMPORT_ORDER = (
    "lines", "rates", "workload", "metering", "rating", "formatting", "figures", "changes", "receipts", "charts", "reference",
    "export", "replay", "freshness", "browser", "asof", "pages",
)  # fmt: skip


def define_env(env):
    """Called by mkdocs-macros at the start of each build. Bad rates stop it with one line a mistake, before the site is touched."""
    importlib.reload(sys.modules[__name__])._register(env)


def _register(env):
    from mkdocs.exceptions import PluginError

    for name in IMPORT_ORDER:
        full = f"{__name__}.{name}"
        importlib.reload(sys.modules[full]) if full in sys.modules else importlib.import_module(full)
    from . import pages, rates

    try:
        pages.register(env)
    except (rates.RatesError, pages.Mistake) as error:
        raise PluginError(f"\n{error}") from None


def on_post_page_macros(env):
    """Called by mkdocs-macros after the macros of each page."""
    from mkdocs.exceptions import PluginError

    from . import pages

    try:
        env.finish_page()
    except pages.Mistake as error:
        raise PluginError(f"{env.page.file.src_uri}: {error}") from None
