"""A workload: what a system does in a month.

A month is N events, what each event uses, and what stands there all month. The same file serves pages, tests and the command
line; docs/contributing/authors.md shows it whole. Every key carries its unit: `_kb` is kB, 1,000 bytes, in every key; `_mb` is MB
of 2**20 bytes; `_gb` is GB of 2**30 bytes unless a billing rule says otherwise. AWS's limits are in KB of 1,024 bytes, so an event
of AWS's 256 KB is `asynchronous_kb: 262.144`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from dataclasses import fields as dataclass_fields
from decimal import Decimal
from pathlib import Path

from . import lines
from .lines import Fields, Problem

ARCHITECTURES = ("x86_64", "arm64")
LARGEST_WORKLOAD = 1 << 20  # bytes; no workload is that long, and its parts are read one by one
PACKAGES = ("zip", "image")
RUNTIMES = ("managed", "custom")
LONGEST_MONTH_HOURS = 744  # 31 days
_ONE, _ZERO = Decimal(1), Decimal(0)


class WorkloadError(Exception):
    """A workload is not sound. The text is one line: where, what, and what to write instead."""


class BeyondQuota(WorkloadError):
    """A workload asks for more than Lambda gave on that day."""


@dataclass(frozen=True)
class LambdaCalls:
    """Invocations of one function.

    Either `duration_ms`, what one invocation takes before any rounding, or `billed_ms`, what AWS billed for it: perhaps an average
    of many, with INIT in it, and never rounded again. A cold start adds `init_ms`, or on a SnapStart function `restore_ms` (the
    REPORT line's Billed Restore Duration). Whether INIT was billed before August 2025 depends on `package` and `runtime`.
    """

    memory_mb: Decimal
    duration_ms: Decimal | None = None
    billed_ms: Decimal | None = None
    architecture: str = "x86_64"
    package: str = "zip"
    runtime: str = "managed"
    calls: Decimal = _ONE
    ephemeral_storage_mb: Decimal | None = None  # None: what is included
    init_ms: Decimal | None = None
    restore_ms: Decimal | None = None
    cold_starts: Decimal | None = None  # share of invocations, 0 to 1
    streamed_mb: Decimal = _ZERO
    asynchronous_kb: Decimal = _ZERO
    provisioned: bool = False


@dataclass(frozen=True)
class S3Use:
    """Requests, and kilobytes (1,000 bytes) that one event leaves behind, stored for the whole month."""

    put_requests: Decimal = _ZERO
    get_requests: Decimal = _ZERO
    delete_requests: Decimal = _ZERO
    stored_kb: Decimal = _ZERO
    calls: Decimal = _ONE


@dataclass(frozen=True)
class TransferOut:
    """Kilobytes (1,000 bytes) sent to the internet."""

    out_kb: Decimal = _ZERO
    calls: Decimal = _ONE


@dataclass(frozen=True)
class Metered:
    """A quantity that is already metered, in the dimension's own unit."""

    dimension: str
    quantity: Decimal
    calls: Decimal = _ONE


@dataclass(frozen=True)
class ProvisionedConcurrency:
    """Execution environments kept ready. `hours` None: the whole month."""

    environments: Decimal
    memory_mb: Decimal
    architecture: str = "x86_64"
    hours: Decimal | None = None


@dataclass(frozen=True)
class S3Stored:
    """Gigabytes (2**30 bytes) that lie in S3: the whole month, or `stored_days` of a month of `month_days`."""

    stored_gb: Decimal
    stored_days: Decimal | None = None
    month_days: Decimal | None = None


@dataclass(frozen=True)
class TransferredOut:
    """Gigabytes (2**30 bytes) sent to the internet in the month."""

    out_gb: Decimal


@dataclass(frozen=True)
class Ec2Instance:
    """Instances that run. `hours` None: the whole month."""

    instance: str
    count: Decimal = _ONE
    hours: Decimal | None = None


@dataclass(frozen=True)
class HerokuDyno:
    """Dynos that run the whole month."""

    dyno: str
    count: Decimal = _ONE


@dataclass(frozen=True)
class Workload:
    title: str
    events: Decimal
    per_event: tuple[LambdaCalls | S3Use | TransferOut | Metered, ...]
    standing: tuple[ProvisionedConcurrency | S3Stored | TransferredOut | Ec2Instance | HerokuDyno | Metered, ...]

    def changed(self, *, events: object = None, **changes: object) -> Workload:
        """The same workload with another number of events, and with other settings for all its Lambda calls.

        Raises WorkloadError for a setting that Lambda calls do not have or a value that they cannot take.
        """
        if events is not None:
            problems: list[Problem] = []
            given = Fields(lines.from_python({"events": events}), self.title, "", problems).number("events")
            _refuse(problems)
            return replace(self, events=given).changed(**changes)
        if not changes:
            return self
        if not any(isinstance(part, LambdaCalls) for part in self.per_event):
            raise WorkloadError(f"{self.title}: has no lambda part that {', '.join(changes)} could change")
        parts = (_changed(part, changes, self.title) if isinstance(part, LambdaCalls) else part for part in self.per_event)
        return replace(self, per_event=tuple(parts))


def load(path: Path, *, name: str | None = None) -> Workload:
    """Read a workload file. Raises WorkloadError."""
    problems: list[Problem] = []
    name = name or path.name or str(path)
    root = lines.read(path, name, problems, most_bytes=LARGEST_WORKLOAD)
    _refuse(problems)
    return read(root, name=name)


def load_bytes(content: bytes, *, name: str) -> Workload:
    """Read a workload that is no file. Raises WorkloadError."""
    problems: list[Problem] = []
    root = lines.parse_bytes(content, name, problems)
    _refuse(problems)
    return read(root, name=name)


def read(root: object, *, name: str = "workload") -> Workload:
    """A workload from the content of a file, or from plain Python data. Raises WorkloadError."""
    if not isinstance(root, lines.Mapping):
        root = lines.from_python(root)
    problems: list[Problem] = []
    top = Fields(root, name, "", problems)
    title, events = top.text("title"), top.number("events")
    per_event = _parts(top, "per_event", {"lambda": _lambda, "s3": _s3, "transfer": _transfer, "metered": _metered})
    standing = _parts(
        top,
        "standing",
        {
            "provisioned_concurrency": _provisioned_concurrency,
            "s3": _s3_stored,
            "transfer": _transferred_out,
            "ec2": _ec2,
            "heroku": _heroku,
            "metered": _metered,
        },
    )
    top.finish()
    if not problems and not per_event and not standing:
        top.wrong("names no part: write what each event uses under `per_event`, or what stands all month under `standing`")
    _refuse(problems)
    return Workload(str(title), events, per_event, standing)


def _refuse(problems: list[Problem]) -> None:
    """One line is what a user of a workload gets: the first mistake in the file; a misspelled key before the one it leaves missing."""
    if problems:
        raise WorkloadError(str(min(problems, key=lambda problem: (problem.line or 0, problem.message.endswith("is missing")))))


def _parts(top: Fields, section: str, readers: dict) -> tuple:
    """Every part of a section; a part is a mapping or a list of mappings."""
    if not top.has(section):
        return ()
    content = top.mapping[section]
    if isinstance(content, lines.Text) and content.null:  # cut off, perhaps; `{}` says that there is nothing
        top.wrong(f"`{section}` is empty: name a part, one of {', '.join(readers)}, or leave the key out", top.at(section))
        return ()
    holder = top.child(section)
    parts: list = []
    for key, reader in readers.items():
        if not holder.has(key):
            continue
        value = holder.mapping[key]
        if isinstance(value, lines.Sequence) and not value:
            holder.wrong(f"`{key}` is an empty list: name what it uses, or leave the key out", holder.at(key))
        for item in value if isinstance(value, lines.Sequence) else [value]:
            fields = Fields(item, holder.file, f"{section}.{key}", holder.problems)
            before = len(holder.problems)
            made = reader(fields)
            if not fields.broken:
                fields.finish()
            if len(holder.problems) == before:
                parts += made if isinstance(made, list) else [made]
    holder.finish()
    return tuple(parts)


def _optional(fields: Fields, **defaults: Decimal | None) -> dict[str, Decimal | None]:
    """Numbers that may be left out, with what they are then."""
    return {key: fields.number(key) if fields.has(key) else default for key, default in defaults.items()}


def _yes(fields: Fields, key: str) -> bool:
    return fields.has(key) and fields.choice(key, ["true", "false"]) == "true"


def _together(fields: Fields, first: str, second: str) -> None:
    for one, other in ((first, second), (second, first)):
        if fields.has(one) and not fields.has(other):
            fields.wrong(f"`{one}` needs `{other}` beside it")


def _at_least_one(fields: Fields, *keys: str) -> None:
    """An empty part is a slip; a part whose quantity is 0 is a statement. `calls` alone says nothing of what is used."""
    if not fields.broken and set(fields.mapping) <= {"calls"}:
        fields.wrong(f"is empty: write at least one of {', '.join(keys)}")


def _lambda(fields: Fields) -> LambdaCalls:
    _check_times(fields)
    part = LambdaCalls(
        memory_mb=fields.number("memory_mb", above=True),
        architecture=fields.choice("architecture", ARCHITECTURES, required=False) or "x86_64",
        package=fields.choice("package", PACKAGES, required=False) or "zip",
        runtime=fields.choice("runtime", RUNTIMES, required=False) or "managed",
        provisioned=_yes(fields, "provisioned"),
        **_optional(
            fields,
            duration_ms=None,
            billed_ms=None,
            calls=_ONE,
            ephemeral_storage_mb=None,
            init_ms=None,
            restore_ms=None,
            cold_starts=None,
            streamed_mb=_ZERO,
            asynchronous_kb=_ZERO,
        ),
    )
    if part.cold_starts is not None and part.cold_starts > 1:
        shown = fields.mapping["cold_starts"]
        fields.wrong(f"`cold_starts` is a share of the calls, from 0 to 1, not {shown}", shown)
    if part.provisioned and part.restore_ms is not None:  # https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html
        fields.wrong("`restore_ms` is SnapStart's, which does not go together with provisioned concurrency: leave one of the two out", fields.at("restore_ms"))
    return part


def _check_times(fields: Fields) -> None:
    """One duration, and of a cold start either INIT or a restore with the share of invocations that have it."""
    if fields.broken:
        return
    cold = [key for key in ("init_ms", "restore_ms", "cold_starts") if fields.has(key)]
    if fields.has("billed_ms"):
        if fields.has("duration_ms"):
            fields.wrong("has both `duration_ms` and `billed_ms`: keep one", fields.at("billed_ms"))
        elif cold:
            fields.wrong(f"`billed_ms` has cold starts in it already: leave `{cold[0]}` out", fields.at(cold[0]))
    elif not fields.has("duration_ms"):
        fields.wrong("`duration_ms` is missing")
    if cold == ["cold_starts"]:
        fields.wrong("`cold_starts` needs `init_ms` or `restore_ms` beside it")
    elif cold[:2] == ["init_ms", "restore_ms"]:
        fields.wrong("has both `init_ms` and `restore_ms`: a cold start has one of them; describe the others in a second part", fields.at("restore_ms"))
    elif cold and cold[-1] != "cold_starts":
        fields.wrong(f"`{cold[0]}` needs `cold_starts` beside it")


def _changed(part: LambdaCalls, changes: dict[str, object], title: str) -> LambdaCalls:
    """A Lambda part read anew with some of its settings replaced, so that it is checked like one from a file."""
    now = {field.name: value for field in dataclass_fields(part) if (value := getattr(part, field.name)) is not None}
    for given, instead in (("duration_ms", "billed_ms"), ("billed_ms", "duration_ms")):
        if given in changes:
            now.pop(instead, None)
    problems: list[Problem] = []
    fields = Fields(lines.from_python(now | changes), title, "per_event.lambda", problems)
    made = _lambda(fields)
    fields.finish()
    _refuse(problems)
    return made


def _s3(fields: Fields) -> S3Use:
    _at_least_one(fields, "put_requests", "get_requests", "delete_requests", "stored_kb")
    return S3Use(**_optional(fields, put_requests=_ZERO, get_requests=_ZERO, delete_requests=_ZERO, stored_kb=_ZERO, calls=_ONE))


def _transfer(fields: Fields) -> TransferOut:
    _at_least_one(fields, "out_kb")
    return TransferOut(**_optional(fields, out_kb=_ZERO, calls=_ONE))


def _metered(fields: Fields) -> list[Metered]:
    calls = _optional(fields, calls=_ONE)["calls"] if fields.where.startswith("per_event") else _ONE
    found = [Metered(str(key), fields.number(key), calls) for key in fields.mapping if key != "calls" or key not in fields.asked]
    if not found and not fields.broken:
        fields.wrong("is empty: write at least one price dimension with its quantity")
    return found


def _hours(fields: Fields, *, several: str) -> Decimal | None:
    """Hours of the month that each of several stands; None: all of it."""
    hours = _optional(fields, hours=None)["hours"]
    if hours is not None and hours > LONGEST_MONTH_HOURS:
        shown = fields.mapping["hours"]
        fields.wrong(f"`hours` is of one month, at most {LONGEST_MONTH_HOURS}, not {shown}; `{several}` says how many there are", shown)
    return hours


def _provisioned_concurrency(fields: Fields) -> ProvisionedConcurrency:
    return ProvisionedConcurrency(
        environments=fields.number("environments"),
        memory_mb=fields.number("memory_mb", above=True),
        architecture=fields.choice("architecture", ARCHITECTURES, required=False) or "x86_64",
        hours=_hours(fields, several="environments"),
    )


def _s3_stored(fields: Fields) -> S3Stored:
    _together(fields, "stored_days", "month_days")
    part = S3Stored(stored_gb=fields.number("stored_gb"), **_optional(fields, stored_days=None, month_days=None))
    if part.stored_days is not None and part.month_days is not None and part.stored_days > part.month_days:
        stored, month = fields.mapping["stored_days"], fields.mapping["month_days"]
        fields.wrong(f"`stored_days` {stored} is more than `month_days` {month}", stored)
    if part.month_days is not None and not 28 <= part.month_days <= 31:
        fields.wrong(f"`month_days` is 28 to 31, not {fields.mapping['month_days']}", fields.mapping["month_days"])
    return part


def _transferred_out(fields: Fields) -> TransferredOut:
    return TransferredOut(fields.number("out_gb"))


def _ec2(fields: Fields) -> Ec2Instance:
    return Ec2Instance(instance=str(fields.text("instance")), hours=_hours(fields, several="count"), **_optional(fields, count=_ONE))


def _heroku(fields: Fields) -> HerokuDyno:
    return HerokuDyno(dyno=str(fields.text("dyno")), **_optional(fields, count=_ONE))
