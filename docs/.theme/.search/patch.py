"""Makes the search worker of the site from the installed theme's: `make search-worker`.

The theme's worker has mistakes that make search useless here, and it gives up at a slip of the pen. Each patch below is one expression,
which has to stand in the theme's file exactly once. The result is committed as docs/.theme/assets/javascripts/workers/NAME, where it
overrides the file of the same name. tests/test_search.py fails when the theme's file is no longer the one this was made from.
"""

from __future__ import annotations

import sys
from importlib.metadata import distribution, version
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
WORKERS = Path("assets/javascripts/workers")
TARGET = FOLDER.parent / WORKERS
FUNCTIONS = ("similar-words.js", "excerpt.js")

PATCHES = (
    # lunr writes the edges of a node without anything between them, so that different nodes look alike and are merged: `function`
    # then leads to words that are not in the index, and the query fails.
    ("e=e+s+o.id}return e", 'e=e+s+o.id+","}return e'),
    # Queries are split at blanks only; the theme then splits the words as it splits the pages. lunr would split us-east-1 once more.
    ("t.QueryLexer.termSeparator=t.tokenizer.separator", r"t.QueryLexer.termSeparator=/\s/"),
    # Words that are on no page become the most similar ones that are; and ~, ^ and \ are no operators, on which a query would fail.
    ("e=ce(e),!e)", r'e=similarWords(ce(e.replace(/[~^\\]/g," ")),this.index),!e)'),
    # The tags of a page find the page; they do not find each of its sections once more.
    ("(e.set(r.location,r),r.parent=i)", "(e.set(r.location,r),r.parent=i,delete r.tags)"),
    # A result shows what surrounds the words that were found, not a whole table or listing; and of the sections of a page that are
    # equally good the first, with the others folded below it.
    ("s.push(B(_({},c),{score:", "s.push(B(_({},c),{text:excerpt(c.text),score:"),
    (".sort((s,o)=>o.score-s.score)", ".sort((s,o)=>o.score-s.score).map((s,o)=>B(_({},s),{score:s.score*(1-o/1e6)}))"),
    # The functions that the patches call, in the scope of the worker.
    ('"use strict";(()=>{', '"use strict";(()=>{' + "".join(f"\n{(FOLDER / name).read_text(encoding='utf-8')}" for name in FUNCTIONS)),
)


class CannotPatch(Exception):
    """The theme's worker is not the one that the patches were written for. The text is one line."""


def original() -> Path:
    """The worker of the installed theme."""
    import material

    folder = Path(material.__file__).parent / "templates" / WORKERS
    found = sorted(folder.glob("search.*.min.js"))
    if len(found) != 1:
        raise CannotPatch(f"{folder} holds {len(found)} files search.*.min.js instead of one; adapt docs/.theme/.search/patch.py")
    return found[0]


def patched(worker: str, name: str) -> str:
    """The theme's worker with all patches, below the license of the theme."""
    for old, new in PATCHES:
        if worker.count(old) != 1:
            raise CannotPatch(f"{name} has the expression `{old}` {worker.count(old)} times instead of once; adapt docs/.theme/.search/patch.py")
        worker = worker.replace(old, new)
    return banner(name) + worker


def banner(name: str) -> str:
    """What the file is, and the license of the theme, which asks to be kept with every copy."""
    of_theme = next(file for file in distribution("mkdocs-material").files or () if file.match("*.dist-info/licenses/LICENSE"))
    lines = [
        f"{name} of Material for MkDocs {version('mkdocs-material')}, with the patches of docs/.theme/.search/patch.py.",
        "Made by `make search-worker`; do not edit.",
        "",
        *of_theme.read_text(encoding="utf-8").strip().splitlines(),
    ]
    return "/*!\n" + "".join(f" * {line}".rstrip() + "\n" for line in lines) + " */\n"


def main() -> int:
    try:
        source = original()
        text = patched(source.read_text(encoding="utf-8"), source.name)
    except CannotPatch as error:
        print(error, file=sys.stderr)
        return 1
    TARGET.mkdir(parents=True, exist_ok=True)
    for old in TARGET.glob("search.*.min.js"):
        old.unlink()
    (TARGET / source.name).write_text(text, encoding="utf-8")
    print(f"wrote {(TARGET / source.name).relative_to(FOLDER.parents[2])}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
