"""The macros, registered with MkDocs, and what becomes of mistakes. The only module that knows MkDocs.

A page with a mistake becomes one line a mistake, `docs/features/index.md:11: what is wrong; what to write`. `mkdocs serve` shows
these lines in place of the page's text and goes on; `mkdocs build` lists those of all pages and fails before it writes anything.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable
from copy import copy
from functools import partial
from html import escape
from pathlib import Path

import click
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException, PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc
from mkdocs.utils import CountHandler

from . import placement, templates

_NOTHING_BUILT = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Nothing was built</title>
<body><h1>Nothing was built</h1><pre>{}</pre><p>The terminal may say more.</p></body></html>
"""
log = logging.getLogger("mkdocs.plugins.macros")


def register(env) -> None:
    """Give the macros and filters to mkdocs-macros' environment, and the data files to the theme's templates."""
    root = Path(env.conf["config_file_path"]).resolve().parent
    serving = _is_serving()
    if serving:
        _lift_strictness()
    mistakes = Mistakes(root, serving)
    env.conf["plugins"]["macros/mistakes"] = mistakes
    env.render = partial(_render, env, mistakes)
    env.config.update({f"j2_{name}": value for name, value in templates.COMMENTS.items()})
    _find_snippets_from(root, env.conf)
    try:
        _register_pages(env)
    except Exception as error:
        problems = _problems(error, root)
        if not serving:
            raise PluginError("\n" + "\n".join(problems)) from None
        for problem in problems:
            log.error(problem)
        mistakes.of_the_site = problems


def _register_pages(env) -> None:
    from . import asof, export, formatting, pages, rates, searchable

    book, day = rates.load(), pages.as_of()
    is_past = bool(os.environ.get("AS_OF"))
    offer(env, pages.Pages(book, day, Path(env.conf["docs_dir"]), lambda: current(env), is_past=is_past))
    env.conf["markdown_extensions"].append(searchable.WordsApart())
    if is_past:
        env.conf["markdown_extensions"].append(asof.LeaveOut(formatting.day(day)))
    # Templates in docs/.theme print these as they are: data/rates.json, data/rates.csv, changes.xml and the banner.
    env.conf["extra"] |= {
        "as_of": formatting.day(day) if is_past else "",
        "rates_json": export.rates_json(book, day),
        "rates_csv": export.rates_csv(book),
        "rates_schema": rates.FILE.with_name("rates.schema.json").read_text(encoding="utf-8"),
        "changes_feed": export.atom_feed(book, env.conf["site_url"], day, env.conf["site_name"]),
    }


def offer(env, site) -> None:
    """Make the names of a `pages.Pages` those that pages use."""
    from . import pages

    env.site = site
    env.macros.update(pages.macros_of(site))
    env.filters.update(pages.filters_of(site))


def current(env) -> tuple[str, str]:
    """The page that is being rendered, and the path from it to the site's root."""
    page = env.page
    return page.file.src_uri, "../" * page.url.count("/")


def _problems(error: Exception, root: Path) -> list[str]:
    """Why no page can have figures: mistakes in the rates file, one a line, or code in macros/ that does not run."""
    if type(error).__module__.startswith(__package__):
        return str(error).splitlines()
    place, traceback = getattr(error, "filename", None), error.__traceback__
    line = getattr(error, "lineno", None)
    while traceback and not isinstance(error, SyntaxError):
        place, line, traceback = traceback.tb_frame.f_code.co_filename, traceback.tb_lineno, traceback.tb_next
    place = Path(place or root)
    return [f"{place.relative_to(root) if place.is_relative_to(root) else place}:{line}: {type(error).__name__}: {error}".splitlines()[0]]


def _is_serving() -> bool:
    context = click.get_current_context(silent=True)
    return context is not None and context.info_name == "serve"


def _lift_strictness() -> None:
    """A strict server would answer nothing while any page has a mistake. The count of warnings is all there is of strictness in a build."""
    logger = logging.getLogger("mkdocs")
    for handler in list(logger.handlers):
        if isinstance(handler, CountHandler):
            logger.removeHandler(handler)


def _find_snippets_from(root: Path, config: MkDocsConfig) -> None:
    """Snippets are found from the project's folder, wherever MkDocs was started."""
    snippets = config["mdx_configs"].get("pymdownx.snippets", {})
    if "base_path" in snippets:
        snippets["base_path"] = [str(root / folder) for folder in snippets["base_path"]]


def _render(env, mistakes: Mistakes, markdown: str, force_rendering: bool = False) -> str:
    """In place of mkdocs-macros' own: a page's text through Jinja. A mistake is noted and leaves nothing of the page."""
    page = env.page
    if page.meta.get("render_macros") is False or page.file.src_uri in mistakes.found:
        return markdown
    variables = copy(env.variables) | page.meta
    if markdown is not env.markdown:
        return _title(env, markdown, variables)
    if refused := _in_front_matter(page):
        mistakes.note(page, refused)
        return ""
    try:
        rendered = templates.render(env.env, markdown, variables)
        if not mistakes.of_the_site:
            _finish(env)
        return rendered
    except Exception as error:
        if mistakes.of_the_site:
            mistakes.show(page, mistakes.of_the_site)
        else:
            line = getattr(error, "line", None)
            mistakes.note(page, [(line and line + mistakes.lines_above(page), str(error))])
        return ""


def _title(env, title: str, variables: dict) -> str:
    """A title that MkDocs took from the first heading; a mistake in it is the heading's too, and told there."""
    try:
        return placement.clean(templates.render(env.env, title, variables))
    except templates.Wrong:
        return title


def _in_front_matter(page: Page) -> list[tuple[int | None, str]]:
    """Macros where none run."""
    wrong = [name for name in ("title", "description") if "{{" in str(page.meta.get(name, ""))]
    source = page.file.content_string
    return [(_line_with(f"{name}:", source), f"macros do not run in the front matter: write the words of `{name}` without them") for name in wrong]


def _finish(env) -> None:
    """After a page the theme knows how fresh its figures are (docs/.theme/main.html)."""
    env.site.finish_page()
    env.page.meta["rates_verified"] = env.site.freshness()


class Mistakes(BasePlugin):
    """Notes the mistakes in pages; shows them in place of the pages (serve), or ends the build."""

    def __init__(self, root: Path, serving: bool):
        self.root, self.serving = root, serving
        self.found: dict[str, list[str]] = {}
        self.of_the_site: list[str] = []  # with these no page can have figures
        self._texts: dict[str, str] = {}  # of each page, below the front matter

    def note(self, page: Page, found: list[tuple[int | None, str]]) -> None:
        """Mistakes with their lines in the file."""
        path = self._path(page)
        self.show(page, [f"{path}:{line}: {message}" if line else f"{path}: {message}" for line, message in found])
        for mistake in self.found[page.file.src_uri]:
            log.error(mistake)

    def show(self, page: Page, mistakes: list[str]) -> None:
        self.found[page.file.src_uri] = mistakes

    def lines_above(self, page: Page) -> int:
        """How many lines of the file stand above the page's text: the front matter."""
        source = page.file.content_string
        return source[: len(source) - len(self._texts[page.file.src_uri])].count("\n")

    def on_pre_page(self, page: Page, *, config: MkDocsConfig, files: object) -> Page:
        page.read_source = partial(self._read, page, page.read_source)
        page.render = partial(self._convert, page, page.render)
        return page

    @event_priority(100)
    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: object) -> str:
        if page.file.src_uri in self.found:
            return html
        is_past = bool(config["extra"].get("as_of"))  # then asof.py leaves out what did not exist, perhaps with a receipt
        if is_past:
            html = placement.without_lost_receipts(html)
        if misplaced := placement.check(html, whole=not is_past):
            above = self.lines_above(page)
            self.note(page, [(one.line and one.line + above, one.message) for one in misplaced])
            return self._shown(page)
        return placement.clean(html)

    def on_serve(self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Callable) -> None:
        server.builder = partial(self._rebuild, server.builder, Path(server.root))

    def on_env(self, env: object, *, config: MkDocsConfig, files: object) -> None:
        if self.found and not self.serving:
            pages = len(self.found)
            raise PluginError(f"{pages} page{'s' * (pages > 1)} with a mistake: nothing was built")

    def _rebuild(self, build: Callable, site: Path) -> None:
        """A build that ends early (a mistake in mkdocs.yml, in a template, in this code) would leave browsers waiting for an answer."""
        pages = list(site.rglob("*.html"))
        try:
            build()
        except Exception as error:
            told = [str(error)] if isinstance(error, MkDocsException) else _problems(error, self.root)
            log.error("\n".join(told))
            message = escape("\n".join(told))
            for page in pages:
                page.parent.mkdir(parents=True, exist_ok=True)
                page.write_text(_NOTHING_BUILT.format(message), encoding="utf-8")

    def _read(self, page: Page, read: Callable, config: MkDocsConfig) -> None:
        try:
            read(config)
        except (OSError, ValueError) as error:
            page.markdown, page.meta = "", {}
            reason = "is not UTF-8 text: save it as UTF-8" if isinstance(error, UnicodeDecodeError) else f"cannot be read: {error}"
            self.note(page, [(None, reason)])
        self._texts[page.file.src_uri] = page.markdown or ""

    def _convert(self, page: Page, convert: Callable, config: MkDocsConfig, files: object) -> None:
        if page.file.src_uri not in self.found:
            try:
                convert(config, files)
                if not _NO_ANCHOR.search(page.content or ""):
                    return
                self.note(page, [_nameless(page.file.content_string)])
            except Exception as error:
                self.note(page, [_conversion(error, page.file.content_string)])
        page.content = self._shown(page)

    def _shown(self, page: Page) -> str:
        """The mistakes in place of a page's text. Without anchors of its own it raises no warnings about links."""
        page.toc, page.present_anchor_ids, page.links_to_anchors = get_toc([]), None, None
        lines = "".join(f"<p><code>{escape(mistake)}</code></p>" for mistake in self.found[page.file.src_uri])
        return f'<div class="admonition danger"><p class="admonition-title">This page cannot be built</p>{lines}</div>'

    def _path(self, page: Page) -> str:
        path = Path(page.file.abs_src_path)
        return (path.relative_to(self.root) if path.is_relative_to(self.root) else path).as_posix()


_SPACED_ANCHOR = re.compile(r"^#{1,6} .*\{:? *#( [^}\n]*)?\}\s*$", re.MULTILINE)
_NO_ANCHOR = re.compile(r'<h[1-6][^>]* id=""')


def _conversion(error: Exception, source: str) -> tuple[int | None, str]:
    """What Markdown stumbled over, most often a snippet, and its line."""
    said = next(iter(str(error).splitlines()), "")
    if isinstance(error, TypeError) and _SPACED_ANCHOR.search(source):  # {# id} gives the heading an attribute `id` without a value
        return _nameless(source)
    if type(error).__name__ != "SnippetMissingError":
        return None, f"{type(error).__name__}: {said}"
    missing = re.search(r"'(.+?)'", said)
    line = missing and _line_with(missing[1], source)
    return line, f"{said}: name a file of docs/examples, docs/workloads or docs/assets, and a section that it has"


def _nameless(source: str) -> tuple[int | None, str]:
    """A heading whose anchor has no name: no link could lead to it."""
    heading = _SPACED_ANCHOR.search(source)
    line = heading and source.count("\n", 0, heading.start()) + 1
    return line, "this heading has an anchor without a name: write { #name }, without a space after #"


def _line_with(words: str, source: str) -> int | None:
    return next((number for number, line in enumerate(source.splitlines(), 1) if words in line), None)
