"""A page's text through Jinja: the page's Markdown, or one line that says where the mistake is and what to write instead.

MkDocs and `python -m macros impact` both render pages here, so that they agree on every page.
"""

from __future__ import annotations

import inspect
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import jinja2

from . import figures, lines

# Jinja's own `{#` would swallow a heading's anchor, `## Prices {#prices}`, and all that follows it.
COMMENTS = {"comment_start_string": "{%#", "comment_end_string": "#%}"}
_RAW = "put braces that are not a macro between {% raw %} and {% endraw %}"
_LIMIT_S = 10  # of processor time: the longest page takes a thirtieth of it

_TAG = re.compile(r"\{%#.*?(?:#%\}|\Z)|\{%[-+]?\s*raw\b.*?(?:\{%[-+]?\s*endraw\b|\Z)|\{\{.*?(?:\}\}|\Z)|\{%.*?(?:%\}|\Z)", re.DOTALL)
_OPENS = re.compile(r"\{%[-+]?\s*(if|for|macro|call|filter|with|block|autoescape|raw|set(?![^%]*=))\b")
_CLOSES = re.compile(r"\{%[-+]?\s*end(\w+)")
_COMMENT = re.compile(r"\{#-?\s.*?#\}", re.DOTALL)


class Wrong(Exception):
    """A page cannot be rendered. The text is one line; `line` counts from the first line of the text that was rendered."""

    def __init__(self, message: str, line: int | None = None):
        super().__init__(" ".join(message.split()))
        self.line = line


class _TooLong(Exception):
    pass


def render(environment: jinja2.Environment, text: str, variables: Mapping[str, object], *, limit_s: float = _LIMIT_S) -> str:
    """The text with its macros replaced by what they print. Raises Wrong."""
    try:
        template = environment.from_string(text)
        if comment := _comment(environment, text):
            raise Wrong("{# … #} is no comment here: write {%# … #%}", comment)
        with _at_most(limit_s):
            return expand(template.render(variables))
    except Wrong:
        raise
    except jinja2.TemplateSyntaxError as error:
        raise _syntax(error, text, environment) from None
    except _TooLong as error:
        raise Wrong(f"the macros have not come to an end within {limit_s:g} seconds: look for a loop without end", _line_of(error)) from None
    except Exception as error:
        raise Wrong(explain(error, [*environment.globals, *variables]), _line_of(error)) from None


def current_line() -> int | None:
    """The line of the page whose macro is running; None outside of a page."""
    frame, line = sys._getframe(), None
    while frame:
        template = frame.f_globals.get("__jinja_template__")
        if template and template.name is None:
            line = template.get_corresponding_lineno(frame.f_lineno)
        frame = frame.f_back
    return line


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Ends an endless loop in a page, which would hold the server for good. Only a main thread on Unix has the clock for it."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(*_: object) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


# -- output of several lines ------------------------------------------------------------------------------------------------------

_START, _BREAK, _END = "\ue000", "\ue001", "\ue002"
_ALONE = re.compile(r"(?P<indent>[ \t>]*)(?P<marker>(?:[-*+]|\d+[.)])[ \t]+)?")


def block(macro: Callable[..., str], *, anywhere: bool = False) -> Callable[..., str]:
    """A macro that prints several paragraphs. `expand` puts them where the macro stands: with `anywhere` also into a list or a quotation."""

    def wrapped(*args: object, **kwargs: object) -> str:
        made = str(macro(*args, **kwargs)).replace("\n", _BREAK)
        return f"{_START}{macro.__name__}{' anywhere' * anywhere} {current_line() or 1}{_START}{made}{_END}"

    return wrapped


def expand(text: str) -> str:
    """The paragraphs of block macros, each line as far in as the macro itself. Raises Wrong where they would fall out of place."""
    if _START not in text:
        return text
    return "\n".join(_expanded(line) if _START in line else line for line in text.split("\n"))


def _expanded(line: str) -> str:
    before, about, rest = line.split(_START, 2)
    made, _, after = rest.partition(_END)
    name, *anywhere, number = about.split(" ")
    place = _ALONE.fullmatch(before)
    if not place or after.strip():
        raise Wrong(f"{name} prints several paragraphs: put it on a line of its own", int(number))
    if not anywhere and before.strip(" ") + before[3:]:
        raise Wrong(f"{name} prints headings or code: put it at the left margin, outside of a list", int(number))
    indent = place["indent"] + (" " * 4 if place["marker"] else "")
    return before + made.replace(_BREAK, "\n" + indent) + after + "\n" * bool(indent)


# -- what is wrong, in words ------------------------------------------------------------------------------------------------------


def _comment(environment: jinja2.Environment, text: str) -> int | None:
    """The line of a comment as Jinja usually has it, which would be printed here."""
    if "{#" not in text:
        return None
    raw = False
    for line, kind, value in environment.lex(text):
        raw = kind == "raw_begin" or (raw and kind != "raw_end")
        if kind == "data" and not raw and (found := _COMMENT.search(value)):
            return line + value.count("\n", 0, found.start())
    return None


def _line_of(error: Exception) -> int | None:
    """The innermost line of the page that an exception went through; Jinja has put tracebacks into the page's own lines."""
    line, traceback = None, error.__traceback__
    while traceback:
        if traceback.tb_frame.f_code.co_filename == "<template>":
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def _syntax(error: jinja2.TemplateSyntaxError, text: str, environment: jinja2.Environment) -> Wrong:
    """Reported where the braces open: Jinja itself names the place at which it gave up, perhaps a heading far below."""
    said, line = error.message or "", error.lineno
    if error.name:
        return Wrong(f"docs/{error.name}:{line}: {said}", _line_of(error))  # in a file that the page includes
    open_tags: list[tuple[str, int]] = []
    for tag in _TAG.finditer(text):
        first = text.count("\n", 0, tag.start()) + 1
        if opens := _OPENS.match(tag[0]):
            if opens[1] != "raw" or "endraw" not in tag[0]:
                open_tags.append((opens[1], first))
        elif (closes := _CLOSES.match(tag[0])) and open_tags and open_tags[-1][0] == closes[1]:
            open_tags.pop()
    if open_tags and said.startswith(("Unexpected end of template", "Missing end of raw")):
        name, at = open_tags[-1]
        return Wrong(f"{{% {name} %}} has no end: write {{% end{name} %}} where it ends", at)
    if unknown := re.match(r"No (filter|test) named '(.+?)'", said):
        known = environment.filters if unknown[1] == "filter" else environment.tests
        return Wrong(f"there is no {unknown[1]} '{unknown[2]}'{lines.suggestion(unknown[2], known)}", line)
    if unknown := re.match(r"Encountered unknown tag '(.+?)'", said):
        return Wrong(f"there is no tag '{unknown[1]}'{lines.suggestion(unknown[1], ('if', 'else', 'endif', 'for', 'endfor', 'set'))}; {_RAW}", line)
    for tag in _TAG.finditer(text):
        first, last = (text.count("\n", 0, at) + 1 for at in tag.span())
        if first <= line <= last:
            closes = "}}" if tag[0].startswith("{{") else "%}"
            return Wrong(f"these braces cannot be read ({said}): look at their brackets, quotation marks and the closing {closes}; {_RAW}", first)
    return Wrong(f"{said}; {_RAW}", line)


def explain(error: Exception, names: list[str]) -> str:
    """An exception of a macro in a page, in words for an author. `names`: what a page can call."""
    said = next(iter(str(error).splitlines()), "")
    if type(error).__module__.partition(".")[0] == __name__.partition(".")[0]:
        return str(error)  # our own say it in words
    if isinstance(error, jinja2.UndefinedError):
        return _undefined(said, names)
    if isinstance(error, ZeroDivisionError):
        return "a division by zero" if said.startswith(("Fraction(", "division")) else said
    if isinstance(error, TypeError):
        if "unsupported operand" in said or "not supported between" in said:
            return f"figures can be divided, subtracted and compared; for any other sum write a workload ({said})"
        if call := re.match(r"(?:\w+\.)?(\w+)\(\) (.*)", said):
            return f"{call[1]}: {_too_many(call[1], call[2]) or call[2] + _keyword(call[1], call[2])}"
    if isinstance(error, jinja2.TemplateNotFound):
        return f"there is no file '{error.name}' under docs/ to include"
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _undefined(said: str, names: list[str]) -> str:
    if unknown := re.fullmatch(r"'(\w+)' is undefined", said):
        return f"{said}{lines.suggestion(unknown[1], names) or f'; {_RAW}'}"
    if unknown := re.fullmatch(r"'macros\.figures\.(\w+) object' has no attribute '(\w+)'", said):
        kind, asked = unknown.groups()
        known = [name for name in dir(getattr(figures, kind)) if not name.startswith("_")]
        return f"{'a bill' if kind == 'Month' else 'this figure'} has no '{asked}'{lines.suggestion(asked, known)}"
    return said


def _too_many(name: str, said: str) -> str:
    """For a value without a name where none may stand: which may, and the names of the others."""
    from . import pages

    macro = getattr(pages.Pages, name, None)
    if macro is None or not re.match(r"takes .*positional arguments? but ", said):
        return ""
    parameters = list(inspect.signature(macro).parameters.values())[1:]
    bare = ", ".join(one.name for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD)
    named = ", ".join(f"{one.name}=" for one in parameters if one.kind is one.KEYWORD_ONLY)
    allowed = f"only {bare} can go without a name" if bare else "takes no value"
    return f"{allowed}; write the others as {named}" if named else allowed


def _keyword(name: str, said: str) -> str:
    """A suggestion for a misspelled keyword argument."""
    from . import pages

    unknown = re.search(r"unexpected keyword argument '(\w+)'", said)
    macro = getattr(pages.Pages, name, None)
    return lines.suggestion(unknown[1], inspect.signature(macro).parameters) if unknown and macro else ""
