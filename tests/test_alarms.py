"""Every alarm in the examples fires in the situation it guards against, and as soon as the page promises."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import yaml

from tests.lambda_runtime import templates
from tests.lambda_runtime.function import EXAMPLES

DOCS = EXAMPLES.parent
IN_WORDS = {"five": 5, "ten": 10, "fifteen": 15, "twenty": 20}
ACCOUNTS = (1_000, 10)  # environments at once: the default quota, and what many new accounts get
MONTH_S = 730 * 3_600
# Lambda sends metrics once a minute, and CloudWatch evaluates an alarm once a minute.
# https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics.html, checked 2026-11-25
DELAY_MINUTES = 2


@dataclass(frozen=True)
class Load:
    """Invocations that start at minute 0 and keep coming, and what Lambda's metrics say about them minute by minute."""

    per_minute: float
    duration_s: float
    at_once: float
    failing: float = 0.0
    lasts_minutes: int = 180

    def metric(self, name: str, minute: int, *, seen_at: int) -> float:
        """The value for one minute, as far as CloudWatch knows it. Concurrency is counted while invocations run. Everything else is sent when
        an invocation ends but carries the time at which it began, so the alarm's period may be over by then."""
        if minute >= self.lasts_minutes:
            return 0.0
        if name == "ConcurrentExecutions":
            return self.at_once
        if minute + self.duration_s / 60 > seen_at:
            return 0.0
        return {"Invocations": 1, "Errors": self.failing, "Duration": self.duration_s * 1_000}[name] * self.per_minute


def workload(name: str) -> dict:
    return yaml.safe_load((DOCS / f"workloads/{name}.yml").read_text())


def page(name: str) -> str:
    return (DOCS / f"tutorials/{name}.md").read_text()


def runaway(account: int) -> Load:
    """docs/workloads/runaway.yml, which the page bills: every environment the account may have, busy without a pause."""
    each = workload("runaway")["per_event"]["lambda"]
    at_once = min(workload("runaway")["events"], account)
    duration_s = each["duration_ms"] / 1_000
    return Load(per_minute=at_once * 60 / duration_s, duration_s=duration_s, at_once=at_once)


def flood(account: int) -> Load:
    """Strangers calling the function URL, as many as that page bills."""
    per_second = int(re.search(r"events=([\d_]+)", page("function-url"))[1]) / MONTH_S
    duration_s = workload("function-url")["per_event"]["lambda"]["duration_ms"] / 1_000
    per_second = min(per_second, 10 * account)  # an environment takes ten requests a second at most
    return Load(per_minute=per_second * 60, duration_s=duration_s, at_once=per_second * duration_s)


def one_failure(account: int) -> Load:
    """A single invocation, which fails."""
    return Load(per_minute=1, duration_s=0.01, at_once=1, failing=1, lasts_minutes=1)


def pushed_mistake(account: int) -> Load:
    """What the tutorial has its reader do during a deployment: a loop of 200 invocations, a tenth of which go to the new version and fail.
    Each takes about a second, most of it for starting the AWS CLI: 60 a minute, six of which fail."""
    assert "seq 200" in page("deploy")
    share = int(re.search(r"Canary(\d+)Percent", (EXAMPLES / "deploy/template.yaml").read_text())[1]) / 100
    return Load(per_minute=60, duration_s=0.01, at_once=1, failing=share)


def minutes_promised() -> int:
    """The page promises its alarms "within ten minutes", in these words."""
    promised = re.findall(r"within (\w+) minutes", page("watch-costs"))
    assert promised, "the page no longer says how soon its alarms fire"
    return min(IN_WORDS[word] for word in promised)


def minutes_of_the_canary() -> int:
    """An alarm that fires after the traffic has been shifted rolls nothing back."""
    return int(re.search(r"Percent(\d+)Minutes", (EXAMPLES / "deploy/template.yaml").read_text())[1])


@dataclass(frozen=True)
class Guard:
    against: Callable[[int], Load]
    within_minutes: Callable[[], int]


GUARDS = {
    ("budget/template.yaml", "ManyAtOnce"): Guard(runaway, minutes_promised),
    ("budget/template.yaml", "ManyCalls"): Guard(flood, minutes_promised),
    ("budget/template.yaml", "Errors"): Guard(one_failure, minutes_promised),
    ("deploy/template.yaml", "LiveErrors"): Guard(pushed_mistake, minutes_of_the_canary),
}


def alarms() -> dict[tuple[str, str], dict]:
    return {
        (str(file.relative_to(EXAMPLES)), name): resource["Properties"]
        for file in templates.all_templates()
        for name, resource in templates.read(file)["Resources"].items()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    }


def test_every_alarm_has_a_load_to_fire_at():
    assert sorted(alarms()) == sorted(GUARDS), "nothing shows that this alarm can fire: add the load it guards against to GUARDS"


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: f"{account} at once")
@pytest.mark.parametrize("alarm", GUARDS, ids=" ".join)
def test_the_alarm_fires_in_the_example_it_guards_and_in_time(alarm, account):
    guard = GUARDS[alarm]
    minutes = minutes_until(alarms()[alarm], guard.against(account))
    assert minutes is not None, "it never fires"
    assert minutes <= guard.within_minutes()


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: f"{account} at once")
@pytest.mark.parametrize("duration_ms", [1, 100, 3_000, 36_000, 60_000, 300_000, 900_000])
def test_an_account_that_runs_at_full_concurrency_raises_an_alarm_however_long_an_invocation_takes(account, duration_ms):
    load = Load(per_minute=account * 60_000 / duration_ms, duration_s=duration_ms / 1_000, at_once=account)
    found = [minutes_until(properties, load) for (file, name), properties in alarms().items() if file.startswith("budget/") and name != "Errors"]
    assert min(minutes for minutes in found if minutes is not None) <= minutes_promised()


def test_an_alarm_on_invocations_or_duration_would_miss_long_invocations():
    """A thousand environments, busy for 15 minutes at a time, make 4,000 invocations an hour, and none is counted before it ends."""
    assert runaway(1_000).per_minute * 60 == pytest.approx(4_000)
    for metric, threshold, period in [("Invocations", 100_000, 3_600), ("Invocations", 10_000, 300), ("Duration", 600_000, 300)]:
        alarm = {"MetricName": metric, "Statistic": "Sum", "Threshold": threshold, "Period": period, "EvaluationPeriods": 1}
        assert minutes_until(alarm, runaway(1_000)) is None


def test_one_person_trying_a_function_raises_no_alarm():
    """An invocation of half a second every other second. Nobody reads the tenth false alarm."""
    quiet = Load(per_minute=30, duration_s=0.5, at_once=1)
    assert [name for name, properties in alarms().items() if minutes_until(properties, quiet) is not None] == []


def minutes_until(alarm: dict, load: Load) -> int | None:
    """Minutes from the start of the load until the alarm fires, for the worst alignment of its periods; None if it doesn't fire in three hours."""
    assert alarm.get("ComparisonOperator", "GreaterThanThreshold") == "GreaterThanThreshold"
    period = alarm["Period"] // 60
    assert period * 60 == alarm["Period"], "the model counts in minutes"
    fired = [_fires(alarm, load, period=period, offset=offset) for offset in range(period)]
    return None if None in fired else max(fired) + DELAY_MINUTES


def _fires(alarm: dict, load: Load, *, period: int, offset: int) -> int | None:
    needed, of = alarm.get("DatapointsToAlarm", alarm["EvaluationPeriods"]), alarm["EvaluationPeriods"]
    breaching: list[bool] = []
    for end in range(period - offset, 180, period):
        minutes = range(max(0, end - period), end)
        values = [load.metric(alarm["MetricName"], minute, seen_at=end) for minute in minutes]
        value = sum(values) if alarm["Statistic"] == "Sum" else max(values)
        breaching.append(value > alarm["Threshold"])
        if sum(breaching[-of:]) >= needed:
            return end
    return None
