"""`make parity`: the engine of the build and the engine in the browser give the same bill, to the last digit and letter.

    python -m tests.parity [--count 1000000] [--seed 20261125] [--workers 2] [--no-record]

Makes that many ordinary workloads and a tenth as many wild ones, bills each with both engines under several rate books, days, Regions,
with and without the free tier, and compares the two answers as text: quantities, costs and factors as exact quotients, notes,
allowances, money as printed, and errors word for word. Writes the result to docs/contributing/parity.yml. `make test` runs a slice.

Only the browser's engine guesses no word and names no odd character: `; did you mean 'x'?`, `; it has a no-break space (U+00A0): ...`,
and the list of keys that it knows, which are fewer, are left out.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path

import yaml

from macros import browser, formatting, metering, rates, rating, workload
from tests import progress, record
from tests.lambda_runtime import tools

HERE = Path(__file__).parent
RESULT = HERE.parent / "docs" / "contributing" / "parity.yml"
DIMENSIONS = (
    "lambda.requests", "lambda.duration.x86_64", "lambda.duration.arm64",
    "s3.put_requests", "s3.get_requests", "s3.delete_requests", "s3.stored", "transfer.out",
)  # fmt: skip
FIRST, LAST = date(2014, 11, 1), date(2026, 11, 23)
COUNT, WILD_SHARE, CHUNK, SEED = 1_000_000, 10, 2_000, 20261125

# Made-up rates bring what the real ones have not: a price that no source gives, a price that ended, a free dimension in tiers'
# stead, tiers so low that any workload crosses them, an allowance over both architectures in their order, limits that begin late.
MADE_UP = """
schema: 1
currency: USD
recheck_days: 180
regions: {us-east-1: US East (N. Virginia), eu-west-1: Europe (Ireland)}
sources: {page: {title: A page, url: "https://example.com/"}}
rates:
  lambda.requests:
    {label: Lambda requests, unit: request, per: 1_000_000, values: [
      {from: 2014-01-01, regions: [us-east-1], tiers: [{up_to: 1_000, price: 7}, {up_to: 1_000.5, price: 0.3}, {price: unknown}], @p}]}
  lambda.duration.x86_64:
    {label: Lambda duration, unit: GB-second, values: [
      {from: 2014-01-01, regions: [us-east-1, eu-west-1], per: 7, tiers: [{up_to: 3, price: 1.1}, {up_to: 50, price: 0.0000000001}, {price: 9}], @p}]}
  lambda.duration.arm64:
    {label: Lambda duration, unit: GB-second, values: [
      {from: 2018-01-01, regions: [us-east-1], price: 0.7, @p}, {from: 2020-06-01, regions: [us-east-1], price: null, @p}]}
  s3.put_requests: {label: PUT, unit: request, per: 1_000, values: [{from: 2014-01-01, regions: global, price: free, @p}]}
  s3.get_requests: {label: GET, unit: request, per: 1_000, values: [
      {from: 2014-01-01, regions: [eu-west-1], price: 0.1, @p}, {from: 2022-01-01, regions: [us-east-1], price: 0.2, @p}]}
  s3.delete_requests: {label: DELETE, unit: request, values: [{from: 2014-01-01, regions: global, price: free, @p}]}
  s3.stored: {label: stored, unit: GB-month, values: [{from: 2014-01-01, regions: global, price: 0.023, @p}]}
  transfer.out: {label: out, unit: GB, values: [
      {from: 2014-01-01, regions: global, tiers: [{up_to: 1, price: unknown}, {price: 2}], @p},
      {from: 2022-01-01, regions: global, tiers: [{up_to: 1, price: 5}, {up_to: 2.5, price: 3}, {price: 2}], @p}]}
free_tiers:
  lambda.duration:
    {label: Free, unit: GB-second, pooled_over: account, covers: [lambda.duration.arm64, lambda.duration.x86_64], values: [
      {from: 2016-01-01, amount: 2.5, @p}]}
  transfer.out: {label: Free, unit: GB, pooled_over: account, covers: [transfer.out], values: [
      {from: 2014-01-01, amount: 1, pooled_over: region, @p}, {from: 2020-01-01, amount: 1.5, @p}]}
  s3.stored: {label: Free, unit: GB-month, pooled_over: region, covers: [s3.stored], values: [{from: 2019-01-01, amount: 0.7, @p}]}
rules:
  lambda.billing_increment: {label: Increment, unit: ms, values: [{from: 2014-01-01, value: 7, @p}]}
  lambda.init_billed: {label: Init, unit: yes/no, values: [{from: 2014-01-01, value: yes, @p}, {from: 2021-01-01, value: no, @p}]}
  lambda.init_billed.image: {label: Init, unit: yes/no, values: [{from: 2018-01-01, value: no, @p}, {from: 2022-01-01, value: yes, @p}]}
  lambda.init_billed.custom_runtime: {label: Init, unit: yes/no, values: [{from: 2015-01-01, value: yes, @p}]}
  lambda.restore_billed: {label: Restore, unit: yes/no, values: [{from: 2016-01-01, value: no, @p}, {from: 2019-01-01, value: yes, @p}]}
  lambda.mb_per_gb: {label: MB, unit: MB, values: [{from: 2014-01-01, value: 1_000, @p}]}
  lambda.init_billed.provisioned: {label: Init, unit: yes/no, values: [{from: 2019-01-01, value: yes, @p}]}
  lambda.ephemeral_storage_included: {label: Storage, unit: MB, values: [{from: 2022-01-01, value: 512, @p}]}
  lambda.streamed_included: {label: Streamed, unit: MB, values: [{from: 2023-01-01, value: 6, @p}]}
  lambda.async_request_included: {label: Event, unit: KB, values: [{from: 2014-01-01, value: 256, @p}]}
  lambda.async_request_chunk: {label: Chunk, unit: KB, values: [{from: 2014-01-01, value: 64, @p}]}
  lambda.provisioned_increment: {label: Increment, unit: minute, values: [{from: 2019-01-01, value: 5, @p}]}
  month.hours: {label: Hours, unit: hour, values: [{from: 2014-01-01, value: 730, @p}]}
  s3.bytes_per_gb: {label: Bytes, unit: byte, values: [{from: 2017-01-01, value: 3, @p}]}
  transfer.bytes_per_gb: {label: Bytes, unit: byte, values: [{from: 2014-01-01, value: 1_073_741_824, @p}]}
quotas:
  lambda.ephemeral_storage: {label: Storage, unit: MB, values: [{from: 2022-01-01, max: 10_240, @p}]}
  lambda.async_payload: {label: Event, unit: KB, values: [{from: 2018-01-01, max: 256, @p}]}
  lambda.streamed_response: {label: Streamed, unit: MB, values: [{from: 2023-01-01, max: 20, @p}]}
  lambda.memory: {label: Memory, unit: MB, values: [{from: 2014-01-01, min: 128, max: 10_240, step: 64, @p}]}
  lambda.timeout: {label: Timeout, unit: s, values: [{from: 2024-01-01, max: 19.5, @p}]}
""".replace("@p", "source: page, verified: 2020-01-01, evidence: made up, confidence: high")
ODD = (
    MADE_UP.replace("value: 7, @p", "value: 0.3, @p")
    .replace("value: 1_000, @p", "value: 1_023.7, @p")
    .replace("step: 64", "step: 0.25")
    .replace("min: 128, max", "max")
    .replace("regions: [us-east-1], tiers", "regions: [us-east-1, eu-west-1], tiers")
    .replace("{price: unknown}]", "{price: 0.00000000000000000000000000000000000017}]")
)


def made_up(text: str = MADE_UP) -> rates.RateBook:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "rates.yml").write_text(text, encoding="utf-8")
        return rates.load(Path(folder) / "rates.yml", judge=False)


@cache
def books() -> dict[str, rates.RateBook]:
    return {"real": rates.load(record.FILE), "made up": made_up(), "odd": made_up(ODD)}


class Twin:
    """The JavaScript engine in a Node.js process, one line in, one line out."""

    def __init__(self) -> None:
        command = [str(tools.node()), str(HERE / "js/parity.mjs")]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", start_new_session=True)
        self.defined: set[str] = set()

    def send(self, order: dict) -> None:
        self.process.stdin.write(json.dumps(order) + "\n")

    def receive(self) -> str:
        return self.process.stdout.readline().rstrip("\n")

    def ask(self, order: dict) -> dict:
        self.send(order)
        self.process.stdin.flush()
        return json.loads(self.receive())

    def define(self, name: str, card: rates.RateCard) -> None:
        """Hands over a rate card once, for the orders that name it."""
        if name not in self.defined:
            self.defined.add(name)
            assert self.ask({"define": name, "card": json.loads(browser.card_data(card, DIMENSIONS))}) == name

    def close(self) -> None:
        with self.process:  # closes its pipes and waits for its end
            pass


def quotient(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"


def python_says(card: rates.RateCard, content: dict, free_tier: bool) -> dict:
    """What tests/js/parity.mjs answers, from the engine of the build."""
    try:
        bill = rating.rate(metering.meter(workload.read(content), card), card, free_tier=free_tier)
    except (rates.NoRate, workload.WorkloadError) as error:
        return {"error": str(error)}
    usages = [usage for line in bill.lines for usage in line.usages]
    return {
        "data": formatting.bill_data(bill),
        "exact": {
            "total": quotient(bill.total),
            "lines": [[line.dimension, *map(quotient, (line.quantity, line.billable, line.cost))] for line in bill.lines],
            "factors": [[[quotient(factor.value), factor.unit, factor.divide] for factor in usage.factors] for usage in usages],
            "allowances": [line.allowance and _allowance(line.allowance) for line in bill.lines],
        },
        "text": [
            formatting.usd(bill.total),
            *(text for line in bill.lines for text in (formatting.usd(line.cost), formatting.measure(line.quantity, line.unit))),
        ],
        "notes": [usage.note for usage in usages],
    }


def _allowance(free: rating.Allowance) -> list[str]:
    return [free.name, quotient(free.quantity), quotient(free.amount), free.pooled_over]


def comparable(answer: str) -> str:
    """An error without what only one of the engines adds: a guess at the word that was meant, the list of all keys that it knows."""
    said = json.loads(answer)
    if not isinstance(said, dict) or "error" not in said:
        return answer
    return re.sub(r"(; did you mean .*|; it has an? .*|: known here are .*)$", "", said["error"], flags=re.DOTALL)


def written(answer: dict) -> str:
    """As JSON.stringify writes it."""
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


# --- workloads

EDGES = (0, 1, 400_000, 1_000_000, 6 * 10**9, 75 * 10**8, 15 * 10**9, 1875 * 10**7)
SLIPS = (
    {"memory": "128"}, {"init_ms": "3"}, {"calls": "-1"}, {"duration_ms": "1e3"}, {"duration_ms": None}, {"memory_mb": "0"}, {"memory_mb": "127"},
    {"memory_mb": "10241"}, {"architecture": "arm"}, {"init_ms": "1", "cold_starts": "1.5"}, {"package": "jar"}, {"runtime": None},
    {"billed_ms": "7"}, {"restore_ms": "2", "init_ms": "1", "cold_starts": "0.5"}, {"cold_starts": "0.1"}, {"restore_ms": "2"},
)  # fmt: skip
SHAPES = (
    None, "", " ", [], {}, ["1"], [["1"]], {"a": "1"}, True, False, 0, 7, "1e3", "-1", "+1", ".5", "5.", "1,000", "NaN", "٣", "１２", "0x10", "1 000",
)  # fmt: skip


def plain(random: random.Random, most: int, places: int, least: int = 0) -> str:
    """A plain decimal as text, with few digits."""
    return formatting.exact(Fraction(random.randint(least * 10**places, most * 10**places), 10**places))


def ordinary(random: random.Random) -> dict:
    """A workload as people have it; one in ten has a slip."""
    made: dict = {"title": "Anything", "events": _events(random)}
    slipped = random.random() < 0.1
    standing = random.random() < 0.3
    if not standing or random.random() < 0.9:
        made["per_event"] = _parts(random, {"lambda": lambda random: _lambda(random, slipped), "s3": _s3, "transfer": _transfer}, 5)
    if standing and not (slipped and random.random() < 0.3):
        made["standing"] = _parts(random, {"s3": lambda random: _stored(random, slipped), "transfer": _transferred}, 3)
    return made


def _events(random: random.Random) -> str:
    return random.choice(
        (plain(random, 5_000_000, 0), plain(random, 10**12, 0), plain(random, 10, 3), str(max(0, random.choice(EDGES) + random.randint(-1, 1))))
    )


def _parts(random: random.Random, kinds: dict, most: int) -> dict:
    """Some parts; of a kind that occurs once the mapping itself or a list, else the list."""
    lists: dict[str, list] = {}
    for _ in range(random.randint(1, most)):
        kind = random.choice(list(kinds))
        lists.setdefault(kind, []).append(kinds[kind](random))
    return {kind: held[0] if len(held) == 1 and random.random() < 0.8 else held for kind, held in lists.items()}


def _lambda(random: random.Random, slipped: bool) -> dict:
    memory = random.choice(("128", "512", "1024", "1024", "1536", str(64 * random.randint(2, 16)), plain(random, 10_240, 0, least=128)))
    part = {"memory_mb": memory}
    duration = random.choice((plain(random, 20_000, 2), plain(random, 20_000, 0), plain(random, 910_000, 1) if slipped else "120", "1000", "100"))
    if random.random() < 0.2:
        part["billed_ms"] = duration
    else:
        part["duration_ms"] = duration
        if random.random() < 0.4:
            part |= {random.choice(("init_ms", "init_ms", "restore_ms")): plain(random, 10_000, 2), "cold_starts": plain(random, 1, 3)}
    for key, choices in (("architecture", workload.ARCHITECTURES), ("package", workload.PACKAGES), ("runtime", workload.RUNTIMES)):
        if random.random() < 0.4:
            part[key] = random.choice(choices)
    if random.random() < 0.4:
        part["calls"] = plain(random, 3, 2)
    return part | random.choice(SLIPS) if slipped and random.random() < 0.6 else part


def _s3(random: random.Random) -> dict:
    part = {"put_requests": plain(random, 20, 0), "get_requests": plain(random, 20, 1), "delete_requests": plain(random, 5, 0)}
    part |= {"stored_kb": plain(random, 5000, 2), "calls": plain(random, 3, 2)}
    return {key: value for key, value in part.items() if random.random() < 0.6} or {"put_requests": "1"}


def _transfer(random: random.Random) -> dict:
    return {"out_kb": plain(random, 5000, 1)} | ({"calls": plain(random, 3, 2)} if random.random() < 0.3 else {})


def _stored(random: random.Random, slipped: bool) -> dict:
    part = {"stored_gb": plain(random, 2_000_000, 2)}
    if random.random() < 0.5:
        part |= {"stored_days": plain(random, 28, 1), "month_days": plain(random, 31, 0, least=28)}
    return part | random.choice(({"stored_days": "29.5", "month_days": "28"}, {"month_days": "32"})) if slipped and random.random() < 0.5 else part


def _transferred(random: random.Random) -> dict:
    return {"out_gb": random.choice((plain(random, 500_000, 2), "1", "100", "10239.999", "10240", "10240.001"))}


def wild(random: random.Random) -> dict:
    """A workload with numbers as nobody types them, or things that are no numbers, in any place; some with misshapen parts."""
    made = ordinary(random)
    share = random.choice((0.1, 0.5, 1))
    return {key: value if key == "title" else _wilder(random, value, share, key) for key, value in _misshapen(random, made).items()}


# Keys whose numbers are bounded: most wild ones would be refused, and refuse the rest of the workload with them.
BOUNDED = ("memory_mb", "month_days", "stored_days", "duration_ms", "cold_starts")


def _wilder(random: random.Random, value: object, share: float, key: str) -> object:
    if isinstance(value, dict):
        return {inner: _wilder(random, item, share, inner) for inner, item in value.items()}
    if isinstance(value, list):
        return [_wilder(random, item, share, key) for item in value]
    if random.random() > share or not isinstance(value, str) or not value[:1].isdigit():
        return value
    if key in BOUNDED and random.random() < 0.95:
        places = "".join(random.choices("0123456789", k=random.randint(1, 45)))
        return {"cold_starts": f"0.{places}", "duration_ms": f"{len(places)}.{places}"}.get(key, value)
    return _number(random) if random.random() < 0.97 else random.choice(SHAPES)


def _number(random: random.Random) -> str:
    """One to sixty digits, up to forty places, zeros in front, zeros behind, underscores in right places and in wrong ones."""
    whole = "".join(random.choices("0123456789", k=random.choice((1, 1, 2, 3, 4, 9, 30, random.randint(1, 60)))))
    if random.random() < 0.2:
        whole = format(int(whole), "_")
    if random.random() < 0.02:
        whole = whole[:1] + "_" + whole[1:]
    if random.random() < 0.01:
        whole = whole * random.choice((20, 200, 3000))
    places = "".join(random.choices("0001239", k=random.choice((0, 1, 2, 5, 40))))
    return f"{whole}.{places}" if places else whole


def _misshapen(random: random.Random, made: dict) -> dict:
    """One in five with a key or a part that is something else."""
    if random.random() > 0.2:
        return made
    section = random.choice([key for key in made if key in ("per_event", "standing")] or ["per_event"])
    choice = random.randrange(6)
    if choice == 0:
        return made | {section: random.choice(SHAPES)}
    if choice == 1:
        return {key: value for key, value in made.items() if key != random.choice(list(made))}
    if choice == 2:
        return made | {random.choice(("event", "per-event", "region", "__proto__")): "1"}
    held = made.get(section)
    if not isinstance(held, dict) or not held:
        return made
    part = random.choice(list(held))
    if choice == 3:
        return made | {section: held | {part: random.choice(SHAPES)}}
    if choice == 4:
        return made | {section: held | {random.choice(("lambdas", "s3", "transfer")): random.choice(({}, [], None, {"calls": "2"}, {"x": "1"}))}}
    inner = held[part]
    if not isinstance(inner, dict) or not inner:
        return made
    return made | {section: held | {part: {key: value for key, value in inner.items() if key != random.choice(list(inner))}}}


def circumstances(random: random.Random) -> tuple[str, rates.RateCard, bool]:
    """A rate card with a name for it, and whether the free tier applies."""
    book = random.choice(("real", "real", "real", "made up", "odd"))
    regions = list(books()[book].regions)
    region = random.choice([*regions, *["us-east-1"] * 2 * len(regions)])
    on = FIRST + timedelta(days=random.randrange(0, (LAST - FIRST).days, 30)) if random.random() < 0.3 else LAST
    return f"{book} {on} {region}", books()[book].card(on=on, region=region), random.random() < 0.5


# --- a run


@dataclass
class Count:
    """What came of so many workloads of one kind."""

    workloads: int = 0
    billed: int = 0
    refused: int = 0
    differences: list[str] = field(default_factory=list)

    def __iadd__(self, other: Count) -> Count:
        self.workloads, self.billed, self.refused = self.workloads + other.workloads, self.billed + other.billed, self.refused + other.refused
        self.differences += other.differences
        return self


def compare(twin: Twin, kind: str, seed: str, count: int) -> Count:
    """Both engines on `count` workloads; the seed makes the same ones again."""
    chance, found, asked = random.Random(seed), Count(workloads=count), []
    make = {"ordinary": ordinary, "wild": wild}[kind]
    for _ in range(count):
        (name, card, free_tier), content = circumstances(chance), make(chance)
        twin.define(name, card)
        asked.append((name, card, free_tier, content))
    for name, _, free_tier, content in asked:
        twin.send({"card": name, "workload": content, "free_tier": free_tier})
    twin.process.stdin.flush()
    for name, card, free_tier, content in asked:
        ours, theirs = written(python_says(card, content, free_tier)), twin.receive()
        if ours != theirs and comparable(ours) != comparable(theirs):
            order = written({"card": name, "free_tier": free_tier, "workload": content})
            found.differences.append(f"seed {seed}: {order}\n  Python:     {ours}\n  JavaScript: {theirs}")
        if ours.startswith('{"error"'):
            found.refused += 1
        else:
            found.billed += 1
    return found


_twin: Twin | None = None


def _chunk(kind: str, seed: str, count: int) -> tuple[str, Count]:
    """In a worker, which keeps its Node.js process from chunk to chunk."""
    global _twin
    _twin = _twin or Twin()
    return kind, compare(_twin, kind, seed, count)


def run(count: int, seed: int, workers: int) -> dict[str, Count]:
    """`count` ordinary workloads and a tenth as many wild ones, in chunks over several processes. Stopped early, what was done by then."""
    found = {"ordinary": Count(), "wild": Count()}
    orders = list(_orders(count, seed))
    with ProcessPoolExecutor(workers, initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN)) as pool:
        pending = [pool.submit(_chunk, *order) for order in orders]
        try:
            for chunk in as_completed(pending):
                kind, counted = chunk.result()
                found[kind] += counted
                _progress(sum(each.workloads for each in found.values()), sum(order[2] for order in orders), found)
        except KeyboardInterrupt:
            print("stopped; this is what was compared by then", file=sys.stderr)
            pool.shutdown(cancel_futures=True)
    return found


def _orders(count: int, seed: int) -> Iterator[tuple[str, str, int]]:
    """Chunks of both kinds in step, so that a run that is stopped has some of each: (kind, seed, workloads)."""
    for start in range(0, count, CHUNK):
        yield "ordinary", f"{seed} ordinary {start}", min(CHUNK, count - start)
        share = min(CHUNK, count - start) // WILD_SHARE
        if share:
            yield "wild", f"{seed} wild {start}", share


def _progress(done: int, total: int, found: dict[str, Count]) -> None:
    differences = sum(len(each.differences) for each in found.values())
    progress.show(f"{done:,} of {total:,} workloads ({done * 100 // total} %), {differences} differ", last=done == total)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=COUNT, help="ordinary workloads; a tenth as many wild ones are made besides")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--no-record", action="store_true", help="leave docs/contributing/parity.yml alone")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.default_int_handler)
    found = run(arguments.count, arguments.seed, arguments.workers)
    for kind, counted in found.items():
        print(f"{kind}: {counted.workloads:,} workloads, {counted.billed:,} billed, {counted.refused:,} refused, {len(counted.differences):,} differ")
    differences = [difference for counted in found.values() for difference in counted.differences]
    for difference in differences[:10]:
        print(difference)
    if not arguments.no_record:
        RESULT.write_text(_record(found, arguments.seed), encoding="utf-8")
    return 1 if differences else 0


def _record(found: dict[str, Count], seed: int) -> str:
    node = subprocess.run([str(tools.node()), "--version"], capture_output=True, text=True, check=True).stdout.strip()
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, Node.js {node}"
    rows = [
        {
            "what": f"{kind.capitalize()} workloads",
            "workloads": f"{counted.workloads:,}",
            "billed": f"{counted.billed:,}",
            "refused": f"{counted.refused:,}",
            "different": f"{len(counted.differences):,}",
        }
        for kind, counted in found.items()
    ]
    head = "# Written by `make parity`; quoted by performance.md.\n"
    return head + yaml.safe_dump({"date": date.today().isoformat(), "machine": machine, "seed": seed, "rows": rows}, sort_keys=False, width=160)


if __name__ == "__main__":
    sys.exit(main())
