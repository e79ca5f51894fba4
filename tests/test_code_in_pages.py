"""Code that is typed into a page, because it is too short for a file of its own: it is tried like the files are."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from tests import built
from tests.lambda_runtime import shell
from tests.lambda_runtime.function import EXAMPLES, Function

DOCS = built.ROOT / "docs"
FENCED = re.compile(r"^(?P<indent> *)(?P<fence>`{3,}|~{3,}) *(?P<language>\w*)[^\n]*\n(?P<code>.*?)\n(?P=indent)(?P=fence) *$", re.DOTALL | re.MULTILINE)
# How the guide is written shows code of the guide, some of it wrong on purpose; tests/test_authoring.py and others try that.
ABOUT_THE_GUIDE = DOCS / "contributing"


class Block(NamedTuple):
    page: Path
    line: int
    language: str
    code: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(DOCS)}:{self.line}"


def typed() -> list[Block]:
    """Code blocks that hold more than what they include from a file."""
    found = []
    for page in sorted(DOCS.rglob("*.md")):
        if page.is_relative_to(ABOUT_THE_GUIDE) or page.is_relative_to(EXAMPLES):
            continue
        text = page.read_text(encoding="utf-8")
        for block in FENCED.finditer(text):
            code = "\n".join(line for line in block["code"].splitlines() if not line.lstrip().startswith("--8<--"))
            if code.strip():
                found.append(Block(page, text.count("\n", 0, block.start()) + 1, block["language"], textwrap.dedent(code)))
    return found


TYPED = typed()


def of(language: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("block", [block for block in TYPED if block.language == language], ids=str)


@of("bash")
def test_a_command_is_one_that_the_tool_knows(block):
    result = subprocess.run(["bash", "-n"], input=block.code, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    for words in shell.commands(block.code):
        assert shell.unknown_options(words) == [], " ".join(words)
    for arguments in re.findall(r"^python (-m macros .*)", block.code, re.MULTILINE):
        result = subprocess.run([sys.executable, *arguments.split()], cwd=built.ROOT, capture_output=True, text=True)
        assert (result.returncode, result.stderr) == (0, ""), arguments


@of("json")
def test_an_event_is_json(block):
    json.loads(block.code)


@of("yaml")
def test_a_piece_of_a_template_is_yaml(block):
    assert isinstance(yaml.safe_load(block.code), dict)


@of("js")
def test_the_line_that_breaks_the_node_handler_breaks_it(block):
    assert broken(block, "hello/node", "index.mjs", "index.handler") == ("Error", "a mistake")


@of("python")
def test_the_line_that_breaks_the_python_handler_breaks_it(block):
    assert broken(block, "hello/python", "lambda_function.py", "lambda_function.lambda_handler") == ("Exception", "a mistake")


def broken(block: Block, folder: str, file: str, handler: str) -> tuple[str, str]:
    """What the hello function answers with the block as its first line."""
    function = Function(folder, handler)
    path = function.root / file
    head, rest = path.read_text().split("\n", 1)
    indent = re.match(" *", rest)[0]
    path.write_text(f"{head}\n{textwrap.indent(block.code, indent)}\n{rest}")
    with function:
        answer = function.error({})
    return answer["errorType"], answer["errorMessage"]


def test_no_code_is_in_a_language_that_is_not_tried():
    """What has no language is a tree of files or what a reader sees; a language is a promise that somebody ran it."""
    languages = {block.language for block in TYPED}
    assert {"bash", "json", "yaml", "js", "python"} >= languages - {"", "text"}
