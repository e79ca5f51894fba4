"""A slip in the rates is refused with one line that says where and what; what is true passes, if it says why."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml

from macros import checks, rates, regions
from macros.__main__ import main

HERE = Path(__file__).parent
GOOD = (HERE / "good_rates" / "several_regions.yml").read_text(encoding="utf-8")
SLIPS = yaml.safe_load((HERE / "slips_in_rates.yml").read_text(encoding="utf-8"))


def patched(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the file"
    return text.replace(old, new)


def checked(folder: Path, text: str, capsys) -> tuple[int, list[str]]:
    """The exit status and what `check` says of a file with this text."""
    path = folder / "rates.yml"
    path.write_bytes(text.encode())
    status = main(["check", str(path)])
    out, err = capsys.readouterr()
    return status, (err or out).splitlines()


def test_the_file_without_a_slip_passes(tmp_path: Path, capsys):
    status, said = checked(tmp_path, GOOD, capsys)
    assert status == 0, said


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_a_slip_is_refused_in_its_line(slip: dict, tmp_path: Path, capsys):
    bad = patched(GOOD, slip["replace"], slip["with"])
    status, said = checked(tmp_path, bad, capsys)
    at = bad.index(f"\n{slip['at']}") + 1 if "at" in slip else GOOD.index(slip["replace"])
    line = bad.count("\n", 0, at) + 1
    assert status == 2
    found = [message for message in said if slip["says"] in message]
    assert found, said
    assert int(found[0].split(":")[1]) in range(line - 2, line + 1), found  # a value may begin some lines above its slip
    assert all(message.split(":")[0].endswith("rates.yml") and message.isprintable() for message in said), said


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("price: 0.18,", 'price: 1.8, confirmed: "The announcement of 1 January 2020 says so",'),
        ("price: 0.27,", 'price: 2.7, confirmed: "Read twice, on the page and in the list",'),
        ("price: 0.18,", 'price: free, confirmed: "The announcement is of that",'),
    ],
    ids=["a jump", "a Region that is expensive", "a price that is free"],
)
def test_what_is_true_passes_with_its_reason(old: str, new: str, tmp_path: Path, capsys):
    status, said = checked(tmp_path, patched(GOOD, old, new), capsys)
    assert status == 0, said


def test_a_note_confirms_nothing(tmp_path: Path, capsys):
    status, _ = checked(tmp_path, patched(GOOD, "price: 0.18,", "price: 1.8, note: It is true,"), capsys)
    assert status == 2


def test_a_reason_does_not_excuse_what_cannot_be_true(tmp_path: Path, capsys):
    old, new = "price: 0.18, source: page, verified: 2026", "price: 0.18, confirmed: yes, source: page, verified: 1926"
    status, said = checked(tmp_path, patched(GOOD, old, new), capsys)
    assert status == 2
    assert any("before AWS existed" in message for message in said)


def test_every_slip_is_told_at_once_and_one_slip_once(tmp_path: Path, capsys):
    text = patched(patched(GOOD, "price: 0.27", "price: 2.7"), "max: 3_008", "max: 30_080")
    status, said = checked(tmp_path, text, capsys)
    assert status == 2
    assert len(said) == 2, said


def test_a_new_value_may_stand_beside_its_predecessor(tmp_path: Path, capsys):
    """Values of several Regions are mixed in any order; each Region's own stand oldest first."""
    old = next(row for row in GOOD.splitlines(keepends=True) if "regions: [eu-west-1, eu-central-1]" in row)
    new = '      - {from: 2026-01-01, regions: [eu-central-1], price: 0.22, source: page, verified: 2026-09-20, evidence: "0.22", confidence: high}\n'
    status, said = checked(tmp_path, patched(GOOD, old, old + new), capsys)
    assert status == 0, said
    book = rates.parse(patched(GOOD, old, old + new), name="rates.yml")
    assert str(book.card(on=date(2026, 2, 1), region="eu-central-1").price("lambda.requests").tiers[0].price) == "0.22"
    assert str(book.card(on=date(2026, 2, 1), region="eu-west-1").price("lambda.requests").tiers[0].price * 1_000_000) == "0.2000000"
    status, said = checked(tmp_path, patched(GOOD, old, new + old), capsys)
    assert status == 2
    assert len(said) == 1
    assert "dates are out of order for eu-central-1: 2019-01-01 stands after 2026-01-01; the oldest value comes first" in said[0]


def test_the_rates_of_this_site_raise_no_alarm_and_few_are_confirmed():
    book = rates.load()
    values = [value for rate in book.rates.values() for value in rate.values]
    dated = [value for section in (book.free_tiers, book.rules, book.quotas) for entry in section.values() for value in entry.values]
    confirmed = [value for value in [*values, *dated] if value.provenance.confirmed]
    assert len(confirmed) < len([*values, *dated]) / 10
    assert {rate.split(".")[0] for rate in book.rates} <= set(book.services)


def test_every_rule_says_what_it_is_for():
    assert all(rule.__doc__ for rule in checks.RULES)
    assert len({rule.__name__ for rule in checks.RULES}) == len(checks.RULES)


def test_a_region_with_requests_and_no_duration_is_noticed(tmp_path: Path, capsys):
    status, said = checked(tmp_path, GOOD, capsys)
    assert status == 0
    assert [line for line in said if "af-south-1 has a price for lambda.requests, but none for lambda.duration.x86_64" in line]
    assert not [line for line in said if "eu-west-1 has a price for lambda.requests" in line]


# --- days


class TenInTheMorning(datetime):
    """The clock of a machine on which it is 10:00 UTC on 25 November 2026."""

    @classmethod
    def now(cls, tz=None) -> datetime:
        return datetime(2026, 11, 25, 10, tzinfo=UTC)


def test_verified_may_be_the_latest_date_anywhere_on_earth(tmp_path: Path, capsys, monkeypatch):
    """In Kiritimati (UTC+14) a day begins fourteen hours before it does in UTC."""
    monkeypatch.setattr(rates, "datetime", TenInTheMorning)
    at = "price: 0.18, source: page, verified: 2026-09-20"
    for day, expected in (("2026-11-26", 0), ("2026-11-27", 2)):
        status, said = checked(tmp_path, patched(GOOD, at, at.replace("2026-09-20", day)), capsys)
        assert status == expected, said


# --- Regions


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("eu-west-2", "Europe (London)"),
        ("eu-central-2", "Europe (Zurich)"),
        ("us-gov-west-1", "AWS GovCloud (US-West)"),
        ("ap-northeast-3", "Asia Pacific (Osaka)"),
    ],
)
def test_a_region_that_aws_has_is_never_taken_for_another(code: str, name: str):
    book = rates.load()
    if code in book.regions:
        pytest.fail(f"{code} has prices now: put another Region here")
    with pytest.raises(rates.NoRate) as refusal:
        book.card(on=date(2026, 11, 1), region=code)
    assert f"AWS has {code}, {name}, but the rates file has no prices for it yet" in str(refusal.value)
    assert "did you mean" not in str(refusal.value)


def test_a_misspelled_region_is_answered_with_the_nearest():
    with pytest.raises(rates.NoRate, match="unknown region 'eu-centrl-1'; did you mean 'eu-central-1'"):
        rates.load().card(on=date(2026, 11, 1), region="eu-centrl-1")


def test_every_declared_region_is_one_of_aws_and_every_code_is_a_code():
    assert set(rates.load().regions) <= set(regions.of_aws())
    assert all(regions.CODE.fullmatch(code) for code in regions.of_aws())
    # AWS counts 34 commercial Regions, two of GovCloud and two in China.
    assert len(regions.of_aws()) == 38


# --- the end of the file


def test_a_file_that_is_cut_is_refused_in_one_line(tmp_path: Path, capsys):
    rows = rates.FILE.read_text(encoding="utf-8").splitlines()
    for length in (20, 100, 1_000, len(rows) // 2, len(rows) - 30, len(rows) - 1):
        status, said = checked(tmp_path, "\n".join(rows[:length]) + "\n", capsys)
        assert status == 2
        assert len(said) == 1
        assert "the file is cut off here: restore what is missing, and end it with YAML's end mark, a line `...`" in said[0]


def test_no_bill_is_computed_from_a_slip(tmp_path: Path, capsys):
    bad, work = tmp_path / "rates.yml", tmp_path / "work.yml"
    bad.write_text(patched(GOOD, "price: 0.18", "price: 1.8"), encoding="utf-8")
    work.write_text("title: A backend\nevents: 1\nper_event:\n  metered: {dimension: lambda.requests, quantity: 1}\n", encoding="utf-8")
    assert main(["bill", str(work), "--rates", str(bad)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "9 times the price before it" in err


def test_an_allowance_may_change_what_it_is_pooled_over_alone(tmp_path: Path, capsys):
    status, said = checked(tmp_path, patched(GOOD, "amount: 2_000_000,", "amount: 1_000_000, pooled_over: region,"), capsys)
    assert status == 0, said


def test_a_unit_that_is_not_known_is_answered_with_each_unit_once(tmp_path: Path, capsys):
    _, said = checked(tmp_path, patched(GOOD, "label: Rounded up to, unit: ms", "label: Rounded up to, unit: second"), capsys)
    known = said[0].split("write one of ")[1].split(", ")
    assert "hour" in known
    assert len(known) == len(set(known))
