"""`make corrupt`, a small part of it at each run; and the last whole run, which is kept as data."""

from __future__ import annotations

from collections import Counter

import pytest
import yaml

from tests import corrupt, corruptions

STEP = 31  # a prime: in one entry or another, every kind of corruption comes up
ENTRIES = 5


def test_a_part_of_the_corruptions_is_refused_recorded_or_means_nothing():
    counts, wrong = Counter(), []
    for number in [*range(0, corrupt.jobs(), ENTRIES), corrupt.jobs() - 1]:
        found, trouble = corrupt.run_job(number, STEP, offset=number)
        counts += found
        wrong += trouble
    assert wrong == []
    outcomes = Counter()
    for (_, outcome), count in counts.items():
        outcomes[outcome] += count
    assert counts.total() > 500
    assert outcomes["refused"] > 0.8 * counts.total()
    assert outcomes["recorded"] > 0


def test_a_corruption_that_nobody_sees_would_be_told():
    """A checker that accepts everything, and a record that holds nothing, leave the corruption silent."""
    piece = next(piece for piece in corruptions.pieces() if piece.entry == "lambda.requests")
    case = next(case for case in corruptions.spoiled(piece) if case.about == "price" and case.kind == "last digit changed")
    assert corrupt.judged(case) == "recorded"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corrupt, "_record", lambda: [])
        assert corrupt.judged(case) == "silent"


def test_the_last_whole_run_left_nothing_silent():
    kept = yaml.safe_load(corrupt.RESULT.read_text(encoding="utf-8"))
    counts = {row["outcome"]: int(row["count"].replace(",", "")) for row in kept["outcomes"]}
    assert sum(counts.values()) == int(kept["tried"].replace(",", "")) > 100_000
    for outcome in ("silent", "traceback", "unplaced", "lines", "slow"):
        assert counts.get(corrupt.OUTCOMES[outcome], 0) == 0, outcome
