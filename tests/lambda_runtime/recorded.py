"""Outputs that pages show: what a test got must be what the file holds, to the byte.

`RECORD_EXAMPLES=1 pytest` writes the files instead; read the difference before it is committed.
"""

import json
import os
import re
from typing import Any

from .function import EXAMPLES


def recorded(path: str, text: str) -> None:
    file = EXAMPLES / path
    text = text.rstrip("\n") + "\n"
    if os.environ.get("RECORD_EXAMPLES"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    hint = f"docs/examples/{path}: not what the example gives now; RECORD_EXAMPLES=1 pytest writes it anew"
    assert file.exists(), hint
    assert file.read_text() == text, hint


def recorded_json(path: str, payload: Any) -> None:
    recorded(path, json.dumps(payload, indent=2, ensure_ascii=False))


def without_times(log: str) -> str:
    """A log with one time in place of every time in it."""
    return re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z", lambda found: f"2026-11-23T12:00:00{found[1] and '.000' or ''}Z", log)
