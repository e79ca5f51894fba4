"""What a page says in words is what its figures, its commands and its receipts say."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
import yaml

from macros import rates
from tests.built import ROOT

DOCS = ROOT / "docs"
COMMANDS = sorted((DOCS / "examples").glob("*/*.sh"))
SECTION = re.compile(r"# --8<-- \[start:([\w-]+)\]\n(.*?)# --8<-- \[end:\1\]", re.DOTALL)


def page(name: str) -> str:
    return (DOCS / f"{name}.md").read_text()


def test_the_estimate_of_todays_cost_is_of_the_numbers_that_the_page_shows():
    """8 invocations of 31.4 ms in all are 8 × 3.925 ms: the figure rounds no invocation up, because the page's formula does not."""
    calls, all_ms = re.search(r"such as (\d+) and ([\d.]+): the number of invocations", page("tutorials/watch-costs")).groups()
    workload = yaml.safe_load((DOCS / "workloads/eight-invocations.yml").read_text())
    each = workload["per_event"]["lambda"]
    assert workload["events"] == int(calls)
    assert "duration_ms" not in each, "it would be rounded up, call by call"
    assert Fraction(str(each["billed_ms"])) * workload["events"] == Fraction(all_ms)


def test_no_page_with_a_function_promises_free_logs_that_its_receipt_does_not_have():
    covered = "lambda.logs.cloudwatch" in rates.load().free_tiers["logs"].covers
    promising = [
        path.name
        for path in (DOCS / "tutorials").glob("*.md")
        if re.search(r'free_tier\("logs"\)', path.read_text()) and "function_in_page(" in path.read_text()
    ]
    assert covered or not promising


@pytest.mark.parametrize("file", COMMANDS, ids=lambda path: path.relative_to(DOCS / "examples").as_posix())
def test_a_command_that_asks_questions_is_the_last_of_its_block(file):
    """Pasted together with `sam deploy --guided`, the next line would become the answer to its first question."""
    for name, text in SECTION.findall(file.read_text()):
        commands = [line for line in text.replace("\\\n", "").splitlines() if line.strip() and not line.startswith("#")]
        asks = [line for line in commands if "sam deploy --guided" in line or re.search(r"sam delete(?!.*--no-prompts)", line)]
        assert asks in ([], commands[-1:]), f"{file.name}, {name}: split it after {asks[0].strip()}"


def makes_public(name: str) -> bool:
    """Whether the template of a tutorial lets strangers in."""
    used = re.findall(r'--8<-- "([\w-]+/[\w-]+\.yaml)"', page(f"tutorials/{name}"))
    texts = [(DOCS / "examples" / file).read_text() for file in used]
    return any("AuthType: NONE" in text or ("AWS::Serverless::HttpApi" in text and "Authorizer" not in text) for text in texts)


PUBLIC = [path.stem for path in sorted((DOCS / "tutorials").glob("*.md")) if makes_public(path.stem)]


def test_there_are_tutorials_that_make_something_public():
    assert {"function-url", "table"} <= {*PUBLIC}


@pytest.mark.parametrize("name", PUBLIC)
def test_before_a_page_makes_something_public_it_asks_for_a_budget(name):
    before = page(f"tutorials/{name}").split("\n## 1. ")[0]
    assert "watch-costs.md#budget" in before


def test_no_page_promises_that_a_budget_or_lambda_stops_what_they_do_not():
    """Lambda stops most functions that invoke themselves, and the free plan ends; neither is true of every loop or every account."""
    words = page("concerns/index")
    assert "invocation-recursion.html" in words
    assert "free-tier-plans.html" in words
    assert "budgets-controls.html" in words
    assert "will run them all" not in words
