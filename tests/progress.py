"""How far a long command is: one line that is written over, where there is a terminal to write it to."""

from __future__ import annotations

import sys


def show(words: str, *, last: bool = False) -> None:
    if sys.stderr.isatty():
        print(f"\r{words}\x1b[K", end="\n" if last else "", file=sys.stderr, flush=True)
