"""Metering: what a workload uses in a month, dimension by dimension.

    metering.meter(workload, card) -> [Usage("lambda.requests", ...), Usage("lambda.duration.x86_64", ...), ...]

Each usage keeps the factors it is the product of, because a receipt prints them. The billing rules (increments, what is
included, bytes in a GB) come from the rate card; none stands here. Numbers of a workload become exact fractions before anything
is computed with them: a Decimal's sum would be rounded to 28 digits.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from .numbers import exact, grouped
from .rates import NotInForce, RateBook, RateCard
from .workload import (
    BeyondQuota,
    Ec2Instance,
    HerokuDyno,
    LambdaCalls,
    Metered,
    ProvisionedConcurrency,
    S3Stored,
    S3Use,
    TransferOut,
    TransferredOut,
    Workload,
)

_MS_PER_SECOND = Fraction(1000)
_SECONDS_PER_HOUR = Fraction(3600)
_BYTES_PER_KB = Fraction(1000)
_KB_PER_AWS_KB = Fraction(1024, 1000)  # AWS's limits and chunks are in KB of 1,024 bytes, a workload's keys in kB of 1,000
_MB_PER_GB = Fraction(1024)  # of 2**20 and 2**30 bytes

# What metering reads from a rate card. A file without one of them was cut or misspelled: see `missing`.
RULES = (
    "lambda.billing_increment",
    "lambda.init_billed",
    "lambda.init_billed.image",
    "lambda.init_billed.custom_runtime",
    "lambda.init_billed.provisioned",
    "lambda.restore_billed",
    "lambda.mb_per_gb",
    "lambda.ephemeral_storage_included",
    "lambda.streamed_included",
    "lambda.async_request_included",
    "lambda.async_request_chunk",
    "lambda.provisioned_increment",
    "s3.bytes_per_gb",
    "transfer.bytes_per_gb",
    "month.hours",
)
QUOTAS = ("lambda.memory", "lambda.timeout", "lambda.ephemeral_storage", "lambda.async_payload", "lambda.streamed_response")


def missing(book: RateBook) -> list[str]:
    """The rules and quotas that metering reads and the rates file lacks, each in words: `the billing rule 'month.hours'`."""
    return [f"the billing rule '{name}'" for name in RULES if name not in book.rules] + [f"the quota '{name}'" for name in QUOTAS if name not in book.quotas]


@dataclass(frozen=True)
class Factor:
    """A number in a product, with its unit; `divide` puts it under the line."""

    value: Fraction
    unit: str
    divide: bool = False


@dataclass(frozen=True)
class Usage:
    """A quantity of one dimension: the product of its factors. `note` says what a reader would otherwise wonder about."""

    dimension: str
    factors: tuple[Factor, ...]
    note: str = ""

    @cached_property
    def quantity(self) -> Fraction:
        return Fraction(
            math.prod(factor.value.denominator if factor.divide else factor.value.numerator for factor in self.factors),
            math.prod(factor.value.numerator if factor.divide else factor.value.denominator for factor in self.factors),
        )


def meter(workload: Workload, card: RateCard) -> list[Usage]:
    """The month's usages, in the order in which the workload names its parts.

    Raises BeyondQuota where a part is beyond a quota of the card's day, NoRate where a rule has no value then or where the rates
    file lacks a rule or a quota.
    """
    usages: list[Usage] = []
    for part in workload.per_event:
        calls = Fraction(workload.events) * Fraction(part.calls)
        usages += _PER_EVENT[type(part)](part, calls, card)
    for part in workload.standing:
        usages += _STANDING[type(part)](part, card)
    return usages


def _lambda(part: LambdaCalls, calls: Fraction, card: RateCard) -> Iterator[Usage]:
    _check_lambda(part, card)
    yield Usage("lambda.requests", (Factor(calls, "requests"), *_chunks(part, card)), _chunk_note(part, card))
    dimension = f"lambda.{'provisioned_duration' if part.provisioned else 'duration'}.{part.architecture}"
    memory = _memory_gb(part.memory_mb, card)
    for time in _billed_time(part, calls, card):
        yield Usage(dimension, (*time.factors, *memory), time.note)
        extra_mb = _extra_storage_mb(part, card)
        if extra_mb:
            included = _rule(card, "lambda.ephemeral_storage_included")
            note = f"{_text(part.ephemeral_storage_mb)} MB less the {_text(included)} MB included"
            storage = (Factor(extra_mb, "MB"), Factor(_MB_PER_GB, "MB a GB", divide=True))
            yield Usage("lambda.ephemeral_storage", (*time.factors, *storage), note)
    if part.streamed_mb:
        included = _rule(card, "lambda.streamed_included")
        beyond = max(Fraction(0), Fraction(part.streamed_mb) - included)
        note = f"{_text(part.streamed_mb)} MB a call less the {_text(included)} MB included"
        yield Usage("lambda.streamed", (Factor(calls, "calls"), Factor(beyond, "MB"), Factor(_MB_PER_GB, "MB a GB", divide=True)), note)


@dataclass(frozen=True)
class _Time:
    factors: tuple[Factor, ...]
    note: str


def _billed_time(part: LambdaCalls, calls: Fraction, card: RateCard) -> Iterator[_Time]:
    """Calls times billed seconds: what AWS billed as it is, or warm invocations and, where it is billed, cold ones by themselves.

    A duration is rounded up call by call. On a cold start Duration and Init Duration (or Billed Restore Duration) are added first,
    then rounded up once, as in the REPORT line of AWS's own example (133.61 ms + 80.00 ms are billed as 214 ms).
    """
    if part.billed_ms is not None:
        yield _Time(_seconds(calls, Fraction(part.billed_ms)), "as AWS billed it, not rounded again")
        return
    increment, duration_ms = _rule(card, "lambda.billing_increment"), Fraction(part.duration_ms)
    cold, cold_ms, kind = _cold_start(part, card)
    for share, taken_ms, note in ((1 - cold, duration_ms, ""), (cold, duration_ms + cold_ms, f"cold starts: {kind} time is billed too")):
        if share:
            billed_ms = math.ceil(taken_ms / increment) * increment
            rounded = "" if billed_ms == taken_ms else f"{_text(taken_ms)} ms, rounded up to whole {_unit_of(increment)}"
            yield _Time(_seconds(calls * share, billed_ms), "; ".join(filter(None, (note, rounded))))


def _seconds(calls: Fraction, milliseconds: Fraction) -> tuple[Factor, ...]:
    return Factor(calls, "calls"), Factor(milliseconds, "ms"), Factor(_MS_PER_SECOND, "ms a second", divide=True)


def _cold_start(part: LambdaCalls, card: RateCard) -> tuple[Fraction, Fraction, str]:
    """The share of invocations with a cold start that is billed, what it adds to the duration, and what it is called."""
    share, kind = Fraction(part.cold_starts or 0), "INIT" if part.restore_ms is None else "restore"
    taken_ms = Fraction((part.init_ms if part.restore_ms is None else part.restore_ms) or 0)
    billed = [card.rule(name).yes for name in _cold_start_rules(part)]
    return (share if taken_ms and any(billed) else Fraction(0)), taken_ms, kind


def _cold_start_rules(part: LambdaCalls) -> list[str]:
    """The rules of which one must be a yes. Before August 2025 INIT was billed to all but .zip packages with a managed runtime.

    They are asked whether the part has cold starts or not: before a kind of function existed, its rule has no value.
    """
    if part.restore_ms is not None:
        return ["lambda.restore_billed"]
    kinds = {"image": part.package == "image", "custom_runtime": part.runtime == "custom", "provisioned": part.provisioned}
    return [f"lambda.init_billed.{kind}" for kind, given in kinds.items() if given] or ["lambda.init_billed"]


def _unit_of(increment: Fraction) -> str:
    return "milliseconds" if increment == 1 else f"{_text(increment)} ms"


def _text(value: Fraction | Decimal) -> str:
    """A number in a note: all its digits, without zeros at the end and without an exponent."""
    return exact(value)


def _memory_gb(memory_mb: Decimal, card: RateCard) -> tuple[Factor, Factor]:
    return Factor(Fraction(memory_mb), "MB"), Factor(_rule(card, "lambda.mb_per_gb"), "MB a GB", divide=True)


def _chunks(part: LambdaCalls, card: RateCard) -> tuple[Factor, ...]:
    """How many requests one asynchronous call counts as: one for what is included, one more for each chunk begun beyond it."""
    if not part.asynchronous_kb:
        return ()
    included, chunk = _rule(card, "lambda.async_request_included"), _rule(card, "lambda.async_request_chunk")
    beyond = max(Fraction(0), Fraction(part.asynchronous_kb) / _KB_PER_AWS_KB - included)
    requests = 1 + math.ceil(beyond / chunk)
    return (Factor(Fraction(requests), "requests a call"),) if requests > 1 else ()


def _chunk_note(part: LambdaCalls, card: RateCard) -> str:
    if not _chunks(part, card):
        return ""
    included, chunk = _rule(card, "lambda.async_request_included"), _rule(card, "lambda.async_request_chunk")
    sent = Fraction(part.asynchronous_kb)
    return f"{_text(sent)} kB are {_text(sent / _KB_PER_AWS_KB)} KB: 1 for the first {_text(included)} KB and 1 for each further {_text(chunk)} KB begun"


def _extra_storage_mb(part: LambdaCalls, card: RateCard) -> Fraction:
    """MB of ephemeral storage beyond what is included. AWS bills storage x seconds; the memory does not enter."""
    if part.ephemeral_storage_mb is None:
        return Fraction(0)
    return max(Fraction(0), Fraction(part.ephemeral_storage_mb) - _rule(card, "lambda.ephemeral_storage_included"))


def _check_lambda(part: LambdaCalls, card: RateCard) -> None:
    """Raises BeyondQuota for settings that Lambda would have refused on the card's day."""
    _check_quota(card, "lambda.memory", "memory_mb", part.memory_mb, "MB")
    if part.duration_ms is not None:  # a setting bounds it; what AWS billed may be longer, with INIT
        _check_quota(card, "lambda.timeout", "duration_ms", part.duration_ms, "ms", per_unit=_MS_PER_SECOND)
    if part.ephemeral_storage_mb is not None:
        _check_quota(card, "lambda.ephemeral_storage", "ephemeral_storage_mb", part.ephemeral_storage_mb, "MB")
    if part.asynchronous_kb:
        _check_quota(card, "lambda.async_payload", "asynchronous_kb", part.asynchronous_kb, "kB", per_unit=_KB_PER_AWS_KB)
    if part.streamed_mb:
        _check_quota(card, "lambda.streamed_response", "streamed_mb", part.streamed_mb, "MB")


def _check_quota(card: RateCard, quota: str, key: str, given: Decimal, unit: str, per_unit: Fraction = Fraction(1)) -> None:
    """`per_unit`: how many of the workload's units are in one of the quota's (1,000 ms in a second)."""
    try:
        limit = card.quota(quota)
    except NotInForce:  # its first value begins later: no evidence of what the limit was on that day
        return
    value, most = Fraction(given), Fraction(limit.amount) * per_unit
    least = None if limit.least is None else Fraction(limit.least) * per_unit
    step = None if limit.step is None else Fraction(limit.step) * per_unit
    if value > most:
        raise BeyondQuota(f"{key}: {_grouped(value)} {unit} is above Lambda's limit of {_grouped(most)} {unit} on {card.on}")
    if least is not None and value < least:
        raise BeyondQuota(f"{key}: {_grouped(value)} {unit} is below Lambda's minimum of {_grouped(least)} {unit} on {card.on}")
    if step is not None and (value - (least or 0)) % step:
        raise BeyondQuota(f"{key}: {_grouped(value)} {unit} is not a step of {_text(step)} {unit} that Lambda offered on {card.on}")


def _grouped(value: Fraction) -> str:
    return grouped(exact(value))


def _s3(part: S3Use, calls: Fraction, card: RateCard) -> Iterator[Usage]:
    for kind in ("put", "get", "delete"):
        requests = getattr(part, f"{kind}_requests")
        if requests:
            yield Usage(f"s3.{kind}_requests", (Factor(calls, "events"), Factor(Fraction(requests), "requests each")))
    if part.stored_kb:
        yield Usage("s3.stored", _kilobytes(calls, part.stored_kb, "s3.bytes_per_gb", card), "stored for the whole month")


def _transfer(part: TransferOut, calls: Fraction, card: RateCard) -> Iterator[Usage]:
    if part.out_kb:
        yield Usage("transfer.out", _kilobytes(calls, part.out_kb, "transfer.bytes_per_gb", card))


def _kilobytes(calls: Fraction, kilobytes: Decimal, rule: str, card: RateCard) -> tuple[Factor, ...]:
    return (
        Factor(calls, "events"),
        Factor(Fraction(kilobytes) * _BYTES_PER_KB, "bytes each"),
        Factor(_rule(card, rule), "bytes a GB", divide=True),
    )


def _metered(part: Metered, calls: Fraction, card: RateCard) -> Iterator[Usage]:
    unit = card.rate(part.dimension).unit
    yield Usage(part.dimension, (Factor(calls, "events"), Factor(Fraction(part.quantity), unit)))


def _provisioned_concurrency(part: ProvisionedConcurrency, card: RateCard) -> Iterator[Usage]:
    _check_quota(card, "lambda.memory", "memory_mb", part.memory_mb, "MB")
    increment = _rule(card, "lambda.provisioned_increment")
    hours = Fraction(part.hours) if part.hours is not None else _rule(card, "month.hours")
    billed_minutes = math.ceil(hours * 60 / increment) * increment
    note = "" if billed_minutes == hours * 60 else f"{_text(hours)} hours, rounded up to whole {_text(increment)} minutes"
    yield Usage(
        f"lambda.provisioned_concurrency.{part.architecture}",
        (
            Factor(Fraction(part.environments), "environments"),
            Factor(billed_minutes, "minutes"),
            Factor(Fraction(60), "seconds a minute"),
            *_memory_gb(part.memory_mb, card),
        ),
        note,
    )


def _s3_stored(part: S3Stored, card: RateCard) -> Iterator[Usage]:
    days: tuple[Factor, ...] = ()
    if part.stored_days is not None:
        days = (Factor(Fraction(part.stored_days), "days"), Factor(Fraction(part.month_days), "days a month", divide=True))
    yield Usage("s3.stored", (Factor(Fraction(part.stored_gb), "GB"), *days))


def _transferred_out(part: TransferredOut, card: RateCard) -> Iterator[Usage]:
    yield Usage("transfer.out", (Factor(Fraction(part.out_gb), "GB"),))


def _ec2(part: Ec2Instance, card: RateCard) -> Iterator[Usage]:
    hours = Fraction(part.hours) if part.hours is not None else _rule(card, "month.hours")
    yield Usage(f"ec2.{part.instance}", (Factor(Fraction(part.count), "instances"), Factor(hours, "hours")))


def _heroku(part: HerokuDyno, card: RateCard) -> Iterator[Usage]:
    yield Usage(f"heroku.{part.dyno}", (Factor(Fraction(part.count), "dynos for a month"),))


def _standing_metered(part: Metered, card: RateCard) -> Iterator[Usage]:
    yield Usage(part.dimension, (Factor(Fraction(part.quantity), card.rate(part.dimension).unit),))


def _rule(card: RateCard, name: str) -> Fraction:
    return Fraction(card.rule(name).amount)


_PER_EVENT = {LambdaCalls: _lambda, S3Use: _s3, TransferOut: _transfer, Metered: _metered}
_STANDING = {
    ProvisionedConcurrency: _provisioned_concurrency,
    S3Stored: _s3_stored,
    TransferredOut: _transferred_out,
    Ec2Instance: _ec2,
    HerokuDyno: _heroku,
    Metered: _standing_metered,
}
