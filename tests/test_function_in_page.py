"""The function that runs in the page: what a reader can do with it, break with it, and cannot reach with it."""

from __future__ import annotations

import http.server
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from fractions import Fraction
from html import unescape
from pathlib import Path

import pytest

from macros import browser as data
from macros import formatting, metering, rates, rating, workload
from tests import accessible, built
from tests.lambda_runtime.function import EXAMPLES, Function
from tests.test_browser import SIDEWAYS, THEME

HELLO = EXAMPLES / "hello"
CODE, EVENT = (HELLO / "node/index.mjs").read_text().strip(), json.loads((HELLO / "event.json").read_text())
RECORDED = json.loads((HELLO / "output/result.json").read_text())
ENDED = "() => /^(Succeeded|Failed|Not run|The )/.test(document.querySelector('.function__status').textContent)"
WIDGET = "function-in-page"
SIZE = {"width": 1280, "height": 900}
ENDLESS = "export const handler = async () => {\n  while (true) {}\n};"


@pytest.fixture(scope="module")
def address(site: Path, site_url: str) -> str:
    """The first page that has a function in it."""
    pages = (path for path in sorted(site.rglob("index.html")) if "<function-in-page" in path.read_text(encoding="utf-8"))
    return site_url + next(pages).parent.relative_to(site).as_posix() + "/"


class Widget:
    """The function in an open page, as its reader handles it."""

    def __init__(self, page, requests: list[str], complaints: list[str]) -> None:
        self.page, self.requests, self.complaints = page, requests, complaints
        self.element = page.locator("function-in-page")
        self.code, self.event = self.element.get_by_label("index.mjs"), self.element.get_by_label("Test event")
        self.memory, self.button = self.element.get_by_label("Memory"), self.element.get_by_role("button", name="Test", exact=True)

    @property
    def workers(self) -> list[str]:
        """Those of functions; the theme's search has one, too."""
        return [worker.url for worker in self.page.workers if worker.url.startswith("blob:")]

    def ready(self) -> Widget:
        self.button.wait_for()
        return self

    def test(self, code: str | None = None, event: str | None = None, memory: str | None = None) -> str:
        """Fill in, press, wait; what the status line says then."""
        for field, text in ((self.code, code), (self.event, event), (self.memory, memory)):
            if text is not None:
                field.fill(text)
        self.button.click()
        return self.ended()

    def ended(self) -> str:
        self.page.wait_for_function(ENDED, timeout=20_000)
        return self.status

    @property
    def status(self) -> str:
        return self.page.locator(".function__status").inner_text()

    @property
    def answer(self):
        return json.loads(self.element.get_by_role("group", name="Response").inner_text())

    @property
    def log(self) -> list[str]:
        return self.element.get_by_role("group", name="Function logs").text_content().split("\n")

    @property
    def report(self) -> dict[str, str]:
        """The REPORT line: {"Duration": "0.10 ms", "Billed Duration": "1 ms", ...}."""
        assert self.log[-1].startswith("REPORT RequestId: ")
        return dict(part.split(": ") for part in self.log[-1].removeprefix("REPORT ").split("\t"))


@contextmanager
def open_at(browser, address: str, **context) -> Iterator[Widget]:
    with browser.new_context(viewport=SIZE, reduced_motion="reduce", **context) as window, shown(window.new_page(), address) as widget:
        yield widget


@contextmanager
def shown(page, address: str) -> Iterator[Widget]:
    requests: list[str] = []
    complaints: list[str] = []
    heard = {
        "request": lambda request: requests.append(request.url),
        "pageerror": lambda error: complaints.append(str(error)),
        "console": lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None,
    }
    for event, listener in heard.items():
        page.on(event, listener)
    page.goto(address)
    yield Widget(page, requests, complaints)
    for event, listener in heard.items():
        page.remove_listener(event, listener)


@pytest.fixture(scope="module")
def kept(browser):
    """One page for all tests that ask nothing special of it: a new one takes longer than most tests."""
    with browser.new_context(reduced_motion="reduce") as window:
        yield window.new_page()


@pytest.fixture
def widget(kept, address) -> Iterator[Widget]:
    kept.set_viewport_size(SIZE)
    kept.emulate_media(color_scheme="light")
    with shown(kept, address) as widget:
        yield widget.ready()
    kept.goto("about:blank")  # and with it goes whatever still runs


def test_it_runs_and_says_what_the_call_cost(widget):
    assert widget.test().startswith("Succeeded.")
    assert widget.answer == RECORDED == {"message": "Hello, Ada!"}
    request = re.fullmatch(r"START RequestId: ([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}) Version: \$LATEST", widget.log[0])[1]
    assert widget.log[1] == f"END RequestId: {request}"
    assert list(widget.report) == ["RequestId", "Duration", "Billed Duration", "Memory Size", "Init Duration"]
    assert (widget.report["RequestId"], widget.report["Memory Size"]) == (request, "128 MB")
    assert re.fullmatch(r"\d+\.\d\d ms", widget.report["Duration"])
    assert not widget.complaints


def test_the_reader_changes_code_and_event(widget):
    widget.test(code="export const handler = async ({ list }) => list.reduce((a, b) => a + b);", event='{"list": [1, 2, 39]}')
    assert widget.answer == 42


@pytest.mark.parametrize("slip", ["", "retrun", "memory"])
def test_on_a_phone_the_outcome_comes_into_sight(widget, slip):
    height = 640
    widget.page.set_viewport_size({"width": 390, "height": height})
    widget.button.evaluate("button => scrollBy(0, button.getBoundingClientRect().bottom - innerHeight + 8)")
    assert widget.page.locator(".function__status").bounding_box()["y"] > height, "out of sight before the press: else this tests nothing"
    widget.test(code=CODE.replace("return", "retrun") if slip == "retrun" else None, memory="1" if slip == "memory" else None)
    widget.page.wait_for_function("() => document.querySelector('.function__status').getBoundingClientRect().bottom < innerHeight - 100")
    assert widget.page.locator(".function__status").bounding_box()["y"] > 48, "and not under the page's head"


def number(text: str) -> Fraction:
    return Fraction(re.match(r"[\d.]+", text)[0])


@pytest.mark.parametrize("memory", ["128", "1769", "10240"])
def test_the_costs_are_the_builds_to_the_last_digit(widget, memory):
    widget.test(memory=memory)
    cold = number(widget.report["Duration"]) + number(widget.report["Init Duration"])
    assert number(widget.report["Billed Duration"]) == -(-cold // 1), "on a cold start both are added, then rounded up once"
    check_costs(widget, memory)
    widget.test()
    assert number(widget.report["Billed Duration"]) == -(-number(widget.report["Duration"]) // 1)
    check_costs(widget, memory)


def check_costs(widget: Widget, memory: str) -> None:
    card_data = json.loads(widget.page.locator("function-in-page").get_attribute("data-card"))
    card = rates.load(rates.FILE).card(on=date.fromisoformat(card_data["on"]), region=card_data["region"])
    assert json.loads(data.card_data(card, card_data["rates"])) == card_data
    lambda_ = {"duration_ms": formatting.exact(number(widget.report["Billed Duration"])), "memory_mb": memory}
    written_gb = Fraction(len("\n".join([*widget.log, ""]).encode()), 2**30)  # each line with its end
    logs = {"lambda.logs.cloudwatch": formatting.exact(written_gb)}
    content = {"title": "A million calls", "events": 1_000_000, "per_event": {"lambda": lambda_, "metered": logs}}
    total = rating.rate(metering.meter(workload.read(content), card), card, free_tier=False).total
    one, million = formatting.exact(total / 1_000_000), formatting.exact(total)
    receipt = widget.page.locator(".function__receipt")
    assert [figure.get_attribute("value") for figure in receipt.locator("data").all()] == [million, one]
    assert [figure.get_attribute("value") for figure in widget.page.locator(".function__status data").all()] == [one, million]
    assert widget.page.locator(".function__status data").all_inner_texts() == [formatting.usd(total / 1_000_000), formatting.usd(total)]
    assert "free tier not applied" in receipt.inner_text()
    amounts = receipt.locator(".receipt__amount").all_inner_texts()
    money = [Fraction(amount.removeprefix("$").replace(",", "")) for amount in amounts if amount.startswith("$")]
    *parts, printed_total, printed_one = money
    assert printed_one == printed_total / 1_000_000
    half = Fraction(1, 2 * 10**6)  # of the last digit that is printed
    assert abs(printed_total - total) <= half
    assert abs(sum(parts) - printed_total) <= half * (len(parts) + 1), "the lines of the receipt add up to its total, within the last digit"
    assert all(len(amount.partition(".")[2]) <= 16 for amount in amounts if amount.startswith("$"))
    products = re.findall(r"^([\d,.]+) \S+ × \$([\d.]+)\n.*?\$([\d,.]+)$", receipt.inner_text(), re.M)
    assert len(products) == 2, "GB-seconds and GB of log, each times its price"
    for quantity, price, amount in ([Fraction(text.replace(",", "")) for text in product] for product in products):
        assert abs(quantity * price - amount) <= 2 * half, "multiplied as printed"


def test_an_environment_is_kept_and_goes_when_the_function_is_changed(widget):
    widget.test(code="let calls = 0;\nexport const handler = async () => ++calls;")
    assert (widget.answer, "Init Duration" in widget.report) == (1, True)
    widget.test()
    assert (widget.answer, "Init Duration" in widget.report) == (2, False)
    widget.test(event='{"another": "event"}')
    assert widget.answer == 3
    widget.test(memory="512")
    assert (widget.answer, "Init Duration" in widget.report) == (1, True)
    widget.test(code="let calls = 10;\nexport const handler = async () => ++calls;")
    assert widget.answer == 11
    widget.element.get_by_role("button", name="Reset").click()
    assert (widget.code.input_value(), json.loads(widget.event.input_value()), widget.memory.input_value()) == (CODE, EVENT, "128")
    assert widget.page.locator("iframe").count() == 0
    assert widget.page.locator(".function__recorded").is_visible()


def test_a_handler_that_fails_keeps_its_environment(widget):
    widget.test(code="let calls = 0;\nexport const handler = async () => { throw new Error(`call ${++calls}`); };")
    widget.test()
    assert widget.answer["errorMessage"] == "call 2"


# What AWS's own runtime client for Node.js, run by these tests, answers to each; the page must say the same.
BROKEN = {
    "throws": "export const handler = async () => {\n  throw new RangeError('boom');\n};",
    "throws deep within": "function inner() { throw new Error('deep'); }\nexport const handler = async () => {\n  inner();\n};",
    "throws what is no error": "export const handler = async () => {\n  throw 'text';\n};",
    "throws its own error": "class Mine extends Error { constructor(text) { super(text); this.name = 'Mine'; this.code = 7; } }\n"
    "export const handler = async () => { throw new Mine('mine'); };",
    "reads what is not there": "export const handler = async (event) => event.user.name;",
    "uses a name that is not there": "export const handler = async () => missing;",
    "returns a circle": "export const handler = async () => { const a = {}; a.a = a; return a; };",
    "returns a BigInt": "export const handler = async () => 1n;",
    "does not parse": "export const handler = async () => {\n  return {;\n};",
    "does not end": "export const handler = async () => {\n  return 1;\n",
    "has no handler": "export const hander = async () => 1;",
    "has a handler that is no function": "export const handler = 3;",
    "has a default that is the handler": "export default async () => 1;",
    "is of 2016": "exports.handler = function (event, context) { context.succeed('Hello'); };",
    "requires": "const fs = require('fs');\nexport const handler = async () => 1;",
    "takes a callback": "export const handler = (event, context, callback) => callback(null, 1);",
    "succeeds as in 2016": "export const handler = (event, context) => context.succeed(1);",
    "throws at the top": "throw new Error('at the top');\nexport const handler = async () => 1;",
    "imports a package that is not in it": "import cats from 'cats/tabby';\nexport const handler = async () => 1;",
    "imports a file that is not in it": "import './other.mjs';\nexport const handler = async () => 1;",
    "imports from the network": "import 'https://example.com/module.mjs';\nexport const handler = async () => 1;",
}
WORKING = {
    "returns nothing": "export const handler = async () => {};",
    "does not wait": "export const handler = (event) => event.name;",
    "is in the default export": "export default { handler: async () => 'from there' };",
    "waits at the top": "const n = await Promise.resolve(41);\nexport const handler = async () => n + 1;",
    "asks its context": "export const handler = async (event, { memoryLimitInMB, functionVersion, awsRequestId, getRemainingTimeInMillis }) => "
    "[memoryLimitInMB, functionVersion, typeof awsRequestId, getRemainingTimeInMillis() > 0, getRemainingTimeInMillis() <= 3000];",
}


def on_lambda(code: str) -> tuple[str, object, str]:
    """What AWS's runtime client makes of a handler: response, error or init error; its payload; the log."""
    function = Function("hello/node", "index.handler")
    (function.root / "index.mjs").write_text(code)
    with function:
        if not function.api.asked.is_set():
            return "init error", function.init_error(), function.log()
        outcome = function.invoke(EVENT)
        return outcome.kind, outcome.payload, function.log()


def test_what_fails_fails_as_on_lambda(widget):
    for name, code in BROKEN.items():
        kind, expected, _ = on_lambda(code)
        assert kind in {"error", "init error"}, name
        assert widget.test(code=code).startswith(f"Failed: {expected['errorType']}."), name
        assert widget.answer == expected, name
        init = ["\tPhase: init\tStatus: error\t" in line for line in widget.log].count(True)
        assert init == (kind == "init error"), name
        assert ("Status" in widget.report) == (kind == "init error"), name
    widget.test(code=CODE)
    assert widget.answer == RECORDED, "the page lives on"
    assert [complaint for complaint in widget.complaints if "example.com" not in complaint] == []


def test_what_works_works_as_on_lambda(widget):
    for name, code in WORKING.items():
        kind, expected, _ = on_lambda(code)
        assert kind == "response", name
        assert widget.test(code=code).startswith("Succeeded."), name
        assert widget.answer == expected, name


def test_the_log_reads_as_on_lambda(widget):
    code = (
        "console.log('at the top');\nexport const handler = async (event) => {\n"
        "  console.log('event', event, [1, 'two', null, undefined, 3n], { deep: { deeper: { deepest: { no: 1 } } }, f() {}, d: new Date(0) });\n"
        "  console.info('%s is %d, %j', 'Ada', 36, event, 'more');\n  console.warn(new Map([['a', new Set([1])]]), 'two\\nlines');\n"
        "  console.error('bad', new TypeError('wrong').message);\n  console.debug(Symbol('s'), /x/g, class A {});\n"
        "  console.log({ user: 'a'.repeat(30), text: \"it's\", 'content-type': 'text/plain', list: [{ id: 1 }, { id: 2 }] });\n  throw new Error('end');\n};"
    )
    expected = without_ids(on_lambda(code)[2])
    widget.test(code=code)
    ours = without_ids("\n".join(line for line in widget.log if not re.match("START|END|REPORT", line)))
    # The stack goes on within AWS's client, and is another within ours.
    first = r'("stack":\[.*?index\.mjs:\d+:\d+\)").*'
    assert re.sub(first, r"\1", ours) == re.sub(first, r"\1", expected)


def without_ids(log: str) -> str:
    return re.sub(r"^\S+Z\t[0-9a-f-]{36}\t", "TIME\tID\t", re.sub(r"^\S+Z\t-\t", "TIME\t-\t", log.strip(), flags=re.M), flags=re.M)


@pytest.mark.parametrize(
    "code",
    [ENDLESS, "while (true) {}\nexport const handler = async () => 1;", "export const handler = () => new Promise((done) => setTimeout(done, 5000));"],
    ids=["in the handler", "at the top", "waiting"],
)
def test_what_takes_too_long_is_ended(widget, code):
    assert widget.test(code=code).startswith("Failed: Sandbox.Timedout.")
    request = widget.report["RequestId"]
    assert widget.answer == {"errorType": "Sandbox.Timedout", "errorMessage": f"RequestId: {request} Error: Task timed out after 3.00 seconds"}
    assert "timed out" not in "\n".join(widget.log), "of a timeout, the log has only the status in its REPORT line"
    assert (widget.report["Duration"], widget.report["Status"]) == ("3000.00 ms", "timeout")
    billed = 3000 + number(widget.report.get("Init Duration", "0"))
    assert number(widget.report["Billed Duration"]) == -(-billed // 1)
    assert widget.page.locator("iframe").count() == 0, "nothing runs on"
    widget.test(code=CODE)
    assert widget.answer == RECORDED, "the page lives on"
    assert not widget.complaints


def test_the_page_answers_while_a_loop_runs(widget):
    widget.code.fill(ENDLESS)
    widget.button.click()
    widget.page.wait_for_selector("function-in-page iframe", state="attached")
    widget.page.get_by_text("What differs from Lambda").click(timeout=1500)
    assert widget.page.get_by_text("There is no Node.js").is_visible()
    assert widget.status == "Running …"
    assert widget.ended().startswith("Failed: Sandbox.Timedout.")


@pytest.mark.parametrize("event", ["{name: 'Ada'}", '{"name": "Ada"', "hello"])
def test_an_event_that_is_not_json_is_refused(widget, event):
    assert widget.test(event=event).startswith("Failed: InvalidRequestContentException.")
    assert "bills nothing" in widget.status
    assert widget.answer["errorType"] == "InvalidRequestContentException"
    assert widget.answer["errorMessage"].startswith("Could not parse request body into json: Could not parse payload into json: ")
    assert widget.element.get_by_role("group", name="Function logs").count() == 0, "Lambda does not start the function"
    assert widget.page.locator("iframe").count() == 0
    widget.test(event='"text"', code="export const handler = async (event) => event;")
    assert widget.answer == "text"


@pytest.mark.parametrize("memory", ["64", "10241", "128.5", "", "1e3"])
def test_memory_that_lambda_does_not_offer_is_refused(widget, memory):
    widget.memory.focus()
    widget.page.keyboard.press("ControlOrMeta+a")
    widget.page.keyboard.type(memory) if memory else widget.page.keyboard.press("Delete")
    widget.button.click()
    # The bounds: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
    assert widget.ended() == "Not run. Memory: 128 to 10,240 MB, a whole number."
    assert widget.memory.get_attribute("aria-invalid") == "true"
    assert widget.page.evaluate("document.activeElement.id") == widget.memory.get_attribute("id")
    assert widget.page.locator("iframe").count() == 0
    assert widget.test(memory="128").startswith("Succeeded.")
    assert widget.memory.get_attribute("aria-invalid") is None


def test_what_nobody_catches_ends_the_process(widget):
    for slip in ("setTimeout(() => { throw new Error('later'); }, 5)", "Promise.reject(new Error('later'))"):
        code = f"export const handler = async () => {{\n  {slip};\n  await new Promise((done) => setTimeout(done, 1000));\n}};"
        assert widget.test(code=code).startswith("Failed: Runtime.ExitError.")
        request = widget.report["RequestId"]
        # As AWS's runtime interface emulator answers it.
        assert widget.answer["errorMessage"] == f"RequestId: {request} Error: Runtime exited with error: exit status 1"
        assert "Error: later" in "\n".join(widget.log)
        assert widget.report["Error Type"] == "Runtime.ExitError"
    widget.test(code=CODE)
    assert widget.answer == RECORDED


def test_much_output_is_bounded(widget):
    widget.test(code="export const handler = async () => {\n  for (let i = 0; i < 1e4; i++) console.log('line', i);\n  return 'x'.repeat(3e6);\n};")
    assert widget.status.startswith("Succeeded.")
    assert 100 < len(widget.log) < 250
    assert any("shows the first 200 log lines" in line for line in widget.log)
    assert len(widget.element.get_by_role("group", name="Response").inner_text()) < 25_000
    widget.test(code="export const handler = async () => {\n  while (true) console.log('x'.repeat(1e6));\n};")
    assert widget.status.startswith("Failed: Sandbox.Timedout.")
    assert len("".join(widget.log)) < 45_000


@contextmanager
def counting_server() -> Iterator[tuple[str, list[str]]]:
    """Another host, as far as the page is concerned; it allows everybody everything, and notes who asks."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Type", "text/javascript")
            self.end_headers()
            self.wfile.write(b"export default 1;")

        do_POST = do_OPTIONS = do_GET

        def log_message(self, *arguments: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_address[1]}", asked
    server.shutdown()
    server.server_close()


# Each is a way out; all in one handler, which tells how far it came.
WAYS_OUT = """
const host = "HOST";
const attempt = async (way) => { try { return ["reached", String(await way())]; } catch (error) { return ["failed", error.name]; } };
const event = (target, good) => new Promise((resolve, reject) => { target["on" + good] = resolve; target.onerror = () => reject(new Error("refused")); });
export const handler = async () => Object.fromEntries(await Promise.all(Object.entries({
  fetch: () => fetch(`http://${host}/fetch`),
  "fetch without cors": () => fetch(`http://${host}/no-cors`, { mode: "no-cors" }),
  "fetch from the site": () => fetch("SITE"),
  XMLHttpRequest: () => { const request = new XMLHttpRequest(); request.open("GET", `http://${host}/xhr`, false); request.send(); },
  WebSocket: () => event(new WebSocket(`ws://${host}/socket`), "open"),
  EventSource: () => event(new EventSource(`http://${host}/events`), "open"),
  import: () => import(`http://${host}/module.mjs`),
  importScripts: () => importScripts(`http://${host}/script.js`),
  Worker: () => event(new Worker(`http://${host}/worker.js`), "message"),
  sendBeacon: () => { if (!navigator.sendBeacon(`http://${host}/beacon`)) throw new Error("refused"); },
  eval: () => (0, eval)("1"),
  indexedDB: () => event(indexedDB.open("x"), "success"),
  caches: () => caches.open("x"),
  localStorage: () => localStorage.length,
  document: () => document.cookie,
  parent: () => parent.document,
  window: () => window.name,
  opener: () => opener.document,
}).map(async ([name, way]) => [name, await attempt(way)])));
"""


def test_there_is_no_way_out(widget, site_url):
    with counting_server() as (host, asked):
        before = len(widget.requests)
        code = WAYS_OUT.replace("HOST", host).replace("SITE", site_url)
        widget.test(code=code, event="{}")
        ways = {name: how for name, (how, _) in widget.answer.items()}
        assert ways == dict.fromkeys(ways, "failed")
        assert len(ways) == 18
        assert asked == []
    own = {url for url in widget.requests[before:] if not url.startswith("blob:") and host not in url}
    assert {url.rsplit("/", 1)[1] for url in own} == {"sandbox.htm", "inspect.js", "console.js", "worker.js"}
    assert all(url.startswith(site_url) for url in own)
    widget.test(code=CODE, event=json.dumps(EVENT))
    assert widget.answer == RECORDED


def test_the_readers_code_cannot_speak_for_the_runner(widget):
    code = (
        "MessagePort.prototype.postMessage = function () { throw new Error('taken'); };\nJSON.stringify = () => '\"forged\"';\n"
        "onmessage = null;\npostMessage({ kind: 'response', body: '\"forged\"' });\nexport const handler = async () => 'mine';"
    )
    assert widget.test(code=code).startswith("Succeeded.")
    assert widget.answer == "mine"


def test_what_the_code_prints_stays_text(widget):
    hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    widget.test(code=f"export const handler = async () => {{ console.log({hostile!r}); return {hostile!r}; }};")
    assert widget.answer == hostile
    assert any(hostile in line for line in widget.log)
    widget.test(code=f"export const handler = async () => {{ const e = new Error({hostile!r}); e.name = {hostile!r}; throw e; }};")
    assert hostile in widget.status
    assert widget.page.locator("function-in-page :is(img, script)").count() == 0


def test_the_sandbox_runs_nothing_for_a_page_of_the_site_itself(browser, site_url):
    with open_at(browser, f"{site_url}assets/runner/sandbox.htm") as opened:
        opened.page.evaluate("() => { const { port2 } = new MessageChannel(); postMessage(['fetch(\"/ran\")'], '*', [port2]); }")
        opened.page.wait_for_timeout(300)
        assert opened.workers == []


def test_nothing_runs_and_nothing_is_fetched_before_the_press(widget):
    widget.code.fill("console.log('run');")
    widget.event.fill("{}")
    widget.page.wait_for_timeout(500)
    assert widget.page.locator("iframe").count() == 0
    assert widget.workers == []
    assert not [url for url in widget.requests if "/runner/" in url]
    assert widget.status == "Nothing has run yet."
    assert widget.page.get_by_text("This runs in your own browser, not on AWS.").is_visible()


def test_a_page_without_a_function_loads_next_to_nothing(browser, site_url):
    with open_at(browser, site_url) as opened:
        opened.page.wait_for_load_state("networkidle")
        assert not [url for url in opened.requests if "/function-in-page/" in url or "/engine/" in url]


def test_it_works_after_instant_navigation(browser, site, site_url, address):
    path = address.removeprefix(site_url)
    # The theme goes instantly where the site map says there is a page, and overlooks the port of the server here.
    site_map = (site / "sitemap.xml").read_text().replace(built.site_url(), site_url)
    with open_at(browser, "about:blank") as opened:
        opened.page.route("**/sitemap.xml", lambda route: route.fulfill(body=site_map, content_type="text/xml"))
        opened.page.goto(site_url, wait_until="networkidle")
        opened.page.evaluate("window.stayed = true")
        go = "path => { const link = document.createElement('a'); link.href = path; document.querySelector('.md-content').append(link); link.click(); }"
        opened.page.evaluate(go, address)
        opened.page.wait_for_url(f"**/{path}")
        opened.ready()
        opened.test()
        assert opened.answer == RECORDED
        opened.code.fill(ENDLESS)
        opened.button.click()
        opened.page.wait_for_selector("function-in-page iframe", state="attached")
        opened.page.evaluate(go, site_url)
        opened.page.wait_for_url(site_url)
        opened.page.wait_for_selector("function-in-page", state="detached")
        opened.page.wait_for_timeout(300)
        assert opened.workers == [], "a page that is left takes its function along"
        opened.page.go_back()
        opened.ready()
        opened.test()
        assert opened.answer == RECORDED
        assert opened.page.evaluate("window.stayed"), "the page was loaded anew: this was no instant navigation"
        assert not opened.complaints


def test_the_keyboard_is_enough(widget):
    page = widget.page
    widget.code.focus()
    page.keyboard.press("ControlOrMeta+a")
    # With the letters that the theme has shortcuts for.
    page.keyboard.type("export const handler = async (event) => `fps, /.${event.n}`")
    assert page.locator(".md-search__input").evaluate("field => field !== document.activeElement")
    page.keyboard.press("Tab")
    assert widget.event.evaluate("field => field === document.activeElement"), "Tab leaves the editor"
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type('{"n": 5}')
    page.keyboard.press("Tab")
    assert widget.memory.evaluate("field => field === document.activeElement")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    widget.ended()
    assert widget.answer == "fps, /.5"
    assert widget.button.evaluate("button => button === document.activeElement"), "the keyboard's place is kept"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Backspace")
    page.keyboard.type("6")
    page.keyboard.press("Control+Enter")
    page.wait_for_function("() => document.querySelector('.function__output').textContent.includes('fps, /.6')")


def test_it_is_accessible_and_fits_in_every_state(widget):
    page = widget.page
    accessible.prepare(page)
    states = {
        "before": lambda: None,
        "after": lambda: widget.test(),
        "failed": lambda: widget.test(code="export const handler = async () => {\n  throw new Error('x'.repeat(300));\n};"),
        "refused": lambda: widget.test(memory="1"),
        "what differs": lambda: page.get_by_text("What differs from Lambda").click(),
    }
    troubles = []
    for state, reach in states.items():
        reach()
        for width, scheme in ((1280, "light"), (390, "dark"), (320, "light")):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            found = [f"sticks out: {culprit}" for culprit in page.evaluate(SIDEWAYS)]
            if width > 320:  # axe has seen at 390 what there is at 320
                page.wait_for_selector(f"body[data-md-color-scheme={THEME[scheme]}]")
                found += accessible.colors(page, WIDGET) + accessible.structure(page, WIDGET)
            troubles += [f"{state}, {width} px, {scheme}: {trouble}" for trouble in found]
    assert not troubles, "\n".join(troubles)


def test_without_javascript_code_event_and_recorded_response_are_there(browser, address):
    with open_at(browser, address, java_script_enabled=False) as opened:
        assert opened.code.input_value() == CODE
        assert json.loads(opened.event.input_value()) == EVENT
        assert opened.code.get_attribute("readonly") is not None
        recorded = opened.page.locator(".function__recorded")
        assert recorded.is_visible()
        assert json.loads(recorded.locator("pre").inner_text()) == RECORDED
        assert opened.page.locator("function-in-page button").count() == 0


def test_the_html_is_one_line_and_survives_markdown_and_the_strangest_code(tmp_path):
    (tmp_path / "node").mkdir()
    (tmp_path / "output").mkdir()
    code = "// </textarea></div> & \"quotes\" 'and' *stars* _x_ {{ braces }} {: .attr }\n\n    indented\n# heading\nexport const handler = 1;"
    (tmp_path / "node/index.mjs").write_text(code)
    (tmp_path / "event.json").write_text('{"a": "</pre>"}')
    (tmp_path / "output/result.json").write_text("{\n\n}")
    card = rates.load(rates.FILE).card(on=date(2026, 11, 23), region="us-east-1")
    html = data.function_in_page(tmp_path, card)
    assert "\n" not in html
    import markdown

    extensions = ["md_in_html", "attr_list", "def_list", "footnotes", "tables", "pymdownx.superfences", "pymdownx.betterem"]
    page = markdown.markdown(f"Before\n\n{html}\n\nAfter", extensions=extensions)
    assert html in page
    assert "<p><" not in page
    shown = re.search(r"<textarea[^>]*name=\"code\"[^>]*>(.*?)</textarea>", page)[1]
    assert unescape(shown) == code


def test_an_example_that_is_not_whole_is_one_line(tmp_path):
    card = rates.load(rates.FILE).card(on=date(2026, 11, 23), region="us-east-1")
    with pytest.raises(data.NoExample, match=f"^docs/examples/{tmp_path.name}/node/index.mjs cannot be read: No such file or directory$"):
        data.function_in_page(tmp_path, card)
    with pytest.raises(rates.NoRate, match="none of 100 MB of memory was offered on 2026-11-23"):
        data.function_in_page(HELLO, card, memory_mb=[100])
    past = rates.load(rates.FILE).card(on=date(2016, 1, 23), region="us-east-1")
    assert "data-memory='128 512 1024'" in data.function_in_page(HELLO, past), "only what Lambda offered on the card's day"
