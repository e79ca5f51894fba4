"""The function in the page does what Lambda does, and says so where it cannot.

What Lambda does comes from AWS's own runtime client for Node.js, which these tests run beside the page, or from the source that a test names.
"""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from macros import browser as browser_data
from macros import rates
from tests.lambda_runtime.function import EXAMPLES, Function
from tests.test_function_in_page import CODE, ENDLESS, EVENT, RECORDED, address, kept, on_lambda, open_at, widget, without_ids

__all__ = ["address", "kept", "widget"]  # fixtures

LACKING = "This page does not have it: your function runs in the browser, without Node.js, packages, files, or a network."


def hints(widget) -> str:
    return " ".join(widget.page.locator(".function__hint").all_inner_texts())


# 6 MB and 100 bytes: github.com/aws/aws-lambda-runtime-interface-emulator, internal/lambda/interop/model.go, MaxPayloadSize. The message as Lambda
# sends it: github.com/aws/aws-lambda-dotnet, tests of the custom runtime, and many a log. The quotation marks of the JSON are bytes, too.
LARGEST = 6 * 1024 * 1024 + 100
TOO_LARGE = {
    "errorType": "Function.ResponseSizeTooLarge",
    "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
}


@pytest.mark.parametrize(("character", "bytes_each"), [("x", 1), ("é", 2)])
def test_a_response_of_more_than_six_megabytes_is_refused(widget, character, bytes_each):
    fits = (LARGEST - 2) // bytes_each
    code = "export const handler = async ({ characters }) => 'CHARACTER'.repeat(characters);".replace("CHARACTER", character)
    assert widget.test(code=code, event=json.dumps({"characters": fits})).startswith("Succeeded.")
    assert widget.test(event=json.dumps({"characters": fits + 1})).startswith("Failed: Function.ResponseSizeTooLarge. Billed ")
    assert widget.answer == TOO_LARGE
    assert any("Failed to post handler success response. Http response code: 413." in line for line in widget.log)
    assert "Init Duration" not in widget.report, "the environment lives on"


def test_an_event_of_more_than_six_megabytes_is_refused(widget):
    # As the service words it: RequestEntityTooLargeException, "... byte payload is too large for the ... invocation type (limit ... bytes)".
    widget.event.evaluate("(field, size) => { field.value = JSON.stringify('x'.repeat(size)); }", 6 * 1024 * 1024 - 1)
    widget.button.click()
    assert widget.ended().startswith("Failed: RequestEntityTooLargeException.")
    assert widget.answer["errorMessage"] == "6291457 byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)"
    assert "bills nothing" in widget.status


def receipt_line(widget, words: str) -> str:
    rows = widget.page.locator(".function__receipt").inner_text().split("\n")
    return next(row for row in rows if words in row)


def test_the_receipt_counts_the_bytes_of_the_log(widget):
    widget.test(code="export const handler = async () => {\n  console.log('é'.repeat(1000));\n  console.dir({ a: 1 });\n};")
    counted = re.search(r"1,000,000 calls × ([\d,]+) bytes ÷ 1,073,741,824 bytes a GB", receipt_line(widget, "bytes a GB"))[1]
    assert int(counted.replace(",", "")) == len("\n".join([*widget.log, ""]).encode()), "START, END and REPORT too, each line with its end"
    assert "Lambda logs to CloudWatch" in widget.page.locator(".function__receipt").inner_text()


def test_log_lines_that_the_page_does_not_show_cost_as_much_as_those_that_it_shows(widget):
    widget.test(code="export const handler = async () => {\n  for (let i = 0; i < 2000; i++) console.log('x'.repeat(4000));\n};")
    counted = int(re.search(r"([\d,]+) bytes ÷", receipt_line(widget, "bytes a GB"))[1].replace(",", ""))
    # A line is a time (24), a request id (36), INFO (4), 4,000 letters, three tabs and its end.
    lines = 2_000 * (24 + 36 + 4 + 4_000 + 4)
    assert lines < counted < lines + 500
    # 8,136,000 bytes x 1,000,000 / 1,073,741,824 = 7,577.24 GB; at $0.50 a GB $3,788.62, and some cents for Lambda's own lines
    assert receipt_line(widget, "$3,788.")


def test_a_call_that_logs_until_it_is_ended_pays_for_its_log_too(widget):
    widget.test(code="export const handler = async () => {\n  while (true) console.log('x'.repeat(1e5));\n};")
    assert widget.status.startswith("Failed: Sandbox.Timedout.")
    counted = int(re.search(r"([\d,]+) bytes ÷", receipt_line(widget, "bytes a GB"))[1].replace(",", ""))
    assert counted > 1_000_000, "not only the 20,000 characters that are shown"


@pytest.mark.parametrize(
    ("code", "place", "source"),
    [
        ("export const handler = async () => {\n  return {;\n};", "Line 2, column 11: ", "return {;"),
        ("const a = 1;\n\nconst a = 2;\nexport const handler = async () => a;", "Line 3, column 7: ", "const a = 2;"),
        ("const s = 'open\nexport const handler = async () => s;", "Line 1, column 11: ", "const s = 'open"),
    ],
)
def test_a_syntax_error_names_its_line(widget, code, place, source):
    assert widget.test(code=code).startswith("Failed: Runtime.UserCodeSyntaxError.")
    assert place + source in hints(widget)
    assert widget.page.locator(".function__gutter mark").inner_text() == place.split()[1].strip(",")
    widget.code.press_sequentially(" ")
    assert widget.page.locator(".function__gutter mark").count() == 0, "the mark is for the code that was tested"
    assert not widget.complaints


def test_an_error_at_the_end_of_the_code_is_said_to_be_there(widget):
    widget.test(code="export const handler = async () => {\n  return 1;\n")
    assert "At the end of index.mjs, something is still open." in hints(widget)


def test_looking_for_the_line_runs_nothing(widget):
    widget.test(code="for (;;) {}\nexport const handler = {;")
    assert "Line 2, column " in hints(widget), "and the endless loop above it did not start"
    widget.test(code="throw new SyntaxError('mine');\nexport const handler = 1;")
    assert widget.answer["errorMessage"] == "SyntaxError: mine"
    assert hints(widget) == "", "it parses: there is no line to look for"


TOGETHER = "() => { const gutter = document.querySelector('.function__gutter'); return gutter.scrollTop === gutter.nextSibling.scrollTop; }"


def test_the_editor_numbers_its_lines(widget):
    gutter = widget.page.locator(".function__gutter")
    assert gutter.get_attribute("aria-hidden") == "true"
    assert gutter.text_content().split() == [str(number + 1) for number in range(len(CODE.split("\n")))]
    widget.code.fill("\n".join(f"// {number} {'x' * 300}" for number in range(1, 201)))
    assert gutter.text_content().split() == [str(number) for number in range(1, 201)]
    for width in (1280, 390):
        widget.page.set_viewport_size({"width": width, "height": 900})
        widget.code.evaluate("field => { field.scrollTop = field.scrollHeight; }")
        widget.page.wait_for_function(TOGETHER)
    assert widget.code.evaluate("field => field.scrollWidth > field.clientWidth"), "a long line scrolls: wrapped, it would shift the numbers"


# Lambda has all of these; the first four are the globals of the client's own process: Object.getOwnPropertyNames(globalThis).
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("process", "export const handler = async () => process.env.NAME;"),
        ("Buffer", "export const handler = async () => Buffer.from('a').toString('base64');"),
        ("fetch", "export const handler = async () => (await fetch('https://example.com/')).status;"),
        ("awslambda", "export const handler = awslambda.streamifyResponse(async () => 1);"),
        ("node:fs", "import { readFile } from 'node:fs';\nexport const handler = async () => 1;"),
        ("node:crypto", "export const handler = async () => (await import('node:crypto')).randomUUID();"),
        ("@aws-sdk/client-s3", "export const handler = async () => { await import('@aws-sdk/client-s3'); };"),
        ("process", "export const handler = async () => {\n  setTimeout(() => process.exit(), 1);\n  await new Promise((done) => setTimeout(done, 500));\n};"),
    ],
)
def test_what_the_page_lacks_is_said_in_one_sentence(widget, name, code):
    assert widget.test(code=code).startswith("Failed: ")
    assert hints(widget) == f"On Lambda, {name} is available. {LACKING}"
    assert not [complaint for complaint in widget.complaints if "later" not in complaint and "process is not defined" not in complaint]


@pytest.mark.parametrize(
    "code",
    [
        "export const handler = async () => missing;",
        "const fs = require('fs');\nexport const handler = async () => 1;",
        "import cats from 'cats';\nexport const handler = async () => 1;",
        "export const handler = async () => { await import('./other.mjs'); };",
        "export const handler = async () => { await import('cats'); };",
    ],
)
def test_what_lambda_lacks_as_well_fails_as_there(widget, code):
    _, expected, _ = on_lambda(code)
    widget.test(code=code)
    assert widget.answer == expected
    assert hints(widget) == ""


def test_fetch_fails_as_on_a_lambda_without_a_network(widget):
    code = "export const handler = async () => { await fetch('http://127.0.0.1:9/'); };"
    _, expected, _ = on_lambda(code)
    widget.test(code=code)
    assert widget.answer == expected


def test_what_a_browser_can_give_is_there(widget):
    code = (
        "export const handler = async () => {\n  const order = [];\n"
        "  await new Promise((done) => { setImmediate((mark) => { order.push(mark); done(); }, 'immediate'); });\n"
        "  const never = setImmediate(() => { throw new Error('cleared'); });\n  clearImmediate(never);\n"
        "  return [order, typeof global.setTimeout, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID())];\n};"
    )
    assert on_lambda(code)[1] == [["immediate"], "function", True]
    widget.test(code=code)
    assert widget.answer == [["immediate"], "function", True]


CONSOLE = """export const handler = async () => {
  console.table([{ a: 1, b: 'x' }, { a: 22, b: 'yy' }]);
  console.table([[1, 2], [3, 4]]);
  console.table(['one', 2, null]);
  console.table({ r: { c: 1 }, s: { d: { deep: { deeper: 1 } } } });
  console.table([{ a: 1, b: 2 }], ['b']);
  console.table(5);
  console.table(new Map([['k', { v: 1 }]]));
  console.table(new Set([7]));
  console.dir({ a: { b: { c: { d: 1 } } } });
  console.dir({ a: { b: { c: { d: 1 } } } }, { depth: 0 });
  console.dir({ a: { b: { c: { d: 1 } } } }, { depth: null });
  console.dirxml('x', { y: 1 });
  console.assert(true, 'no'); console.assert(false, 'bad %s', 'thing', { a: 1 }); console.assert(false); console.assert(false, { a: 1 });
  console.count(); console.count(); console.count('x'); console.countReset(); console.count();
  console.group('one', 2); console.log('inside'); console.group(); console.dir({ a: 1 }); console.groupEnd(); console.groupEnd();
  console.groupCollapsed('c'); console.groupEnd(); console.dir('outside');
  console.trace('here %d', 3); console.debug('dbg', { a: 1 }); console.info('i'); console.fatal('f'); console.log();
  console.time('t'); console.timeLog('t', 1, 'x'); console.timeEnd('t');
  console.clear(); console.timeStamp('x');
};"""


def test_the_whole_console_logs_as_on_lambda(widget):
    def plain(log: str) -> str:
        return re.sub(r"\b[\d.]+ms\b", "TIME", without_ids(log))

    expected = plain(on_lambda(CONSOLE)[2])
    widget.test(code=CONSOLE)
    assert plain("\n".join(line for line in widget.log if not re.match("START|END|REPORT", line))) == expected


def test_endless_recursion_is_a_range_error(widget):
    code = "const down = (n) => down(n + 1) + 1;\nexport const handler = async () => down(0);"
    _, expected, _ = on_lambda(code)
    assert widget.test(code=code).startswith("Failed: RangeError.")
    assert {key: widget.answer[key] for key in ("errorType", "errorMessage")} == {key: expected[key] for key in ("errorType", "errorMessage")}


@pytest.mark.parametrize(("slip", "rejects"), [("Promise.reject(new Error('later'))", True), ("setTimeout(() => { throw new Error('later'); }, 5)", False)])
def test_a_rejection_that_nothing_catches_ends_the_process_as_on_node_24(widget, slip, rejects):
    code = f"export const handler = async () => {{\n  {slip};\n  await new Promise((done) => setTimeout(done, 500));\n}};"
    # AWS's client of Node.js 24 has no listener for it, so the process ends; that of Node.js 22 answers Runtime.UnhandledPromiseRejection:
    # github.com/aws/aws-lambda-base-images/issues/392, and src/index.mjs of version 3 of the client.
    function = Function("hello/node", "index.handler")
    (function.root / "index.mjs").write_text(code)
    with function:
        with pytest.raises(TimeoutError):
            function.api.invoke(EVENT, wait_s=1)
        assert function.process.wait(timeout=10) == 1, "exit status 1"
        assert "Runtime.UnhandledPromiseRejection" not in function.log()
    assert widget.test(code=code).startswith("Failed: Runtime.ExitError.")
    assert ("Runtime.UnhandledPromiseRejection" in hints(widget)) == rejects


def test_an_empty_event_is_refused_in_plain_words(widget):
    widget.test()
    widget.event.fill("  ")
    widget.button.click()
    assert widget.ended() == "Not run. The test event is empty: write JSON; {} is an event without content."
    assert widget.event.get_attribute("aria-invalid") == "true"
    assert widget.event.evaluate("field => field === document.activeElement")
    assert widget.test(event="{}").startswith("Succeeded.")
    assert widget.event.get_attribute("aria-invalid") is None


def test_a_result_of_other_fields_says_so(widget):
    earlier = widget.page.get_by_text("This is the result of an earlier test")
    widget.test()
    assert not earlier.is_visible()
    for field, text in ((widget.code, "// changed"), (widget.event, "{}"), (widget.memory, "256")):
        before = field.input_value()
        field.fill(text)
        assert earlier.is_visible()
        assert widget.answer == RECORDED, "it is still there to be read"
        field.fill(before)
        assert not earlier.is_visible(), "as it was tested"
    widget.memory.fill("")
    widget.button.click()
    assert widget.status.startswith("Not run.")
    assert earlier.is_visible()
    widget.element.get_by_role("button", name="Reset").click()
    assert not earlier.is_visible()
    widget.test(memory="256")
    assert not earlier.is_visible()


def test_a_reset_stops_a_test_that_runs(widget):
    widget.code.fill(ENDLESS)
    widget.button.click()
    widget.page.wait_for_selector("function-in-page iframe", state="attached")
    widget.page.wait_for_function("() => document.querySelector('.function__status').textContent === 'Running …'")
    widget.page.wait_for_timeout(200)
    widget.element.get_by_role("button", name="Reset").click()
    widget.page.wait_for_selector(".function__controls [aria-disabled=false]")
    assert widget.status == "Reset. The environment is gone, so the next test is a cold start."
    assert widget.code.input_value() == CODE
    assert widget.element.get_by_role("group", name="Response").count() == 0, "no false timeout"
    assert widget.test().startswith("Succeeded.")


def test_thousands_are_set_apart_in_the_sentence_and_not_in_the_log(widget):
    widget.test(code="export const handler = async () => {\n  const end = performance.now() + 1100;\n  while (performance.now() < end);\n};")
    assert re.search(r"Billed \d,\d\d\d ms: ", widget.status)
    assert re.fullmatch(r"\d\d\d\d ms", widget.report["Billed Duration"])


def shown_as_of(widget, day: date) -> None:
    """The function of the page, as a site built as of that day has it."""
    card = rates.load(rates.FILE).card(on=day, region="us-east-1")
    html = browser_data.function_in_page(EXAMPLES / "hello", card)
    widget.page.evaluate("html => { document.querySelector('.function').outerHTML = html; }", html)
    widget.ready()


def test_on_an_earlier_day_the_log_has_the_price_and_the_free_tier_of_that_day(widget):
    shown_as_of(widget, date(2024, 6, 1))
    widget.test()
    receipt = widget.page.locator(".function__receipt").inner_text()
    # Since 1 May 2025 Lambda's logs have their own prices; until then they cost what all logs cost, 5 GB of them nothing.
    assert "CloudWatch Logs ingested" in receipt
    assert "The free tier covers the first 5 GB of log data each month." in receipt


def test_on_a_day_without_a_price_for_logs_the_receipt_has_none(widget):
    shown_as_of(widget, date(2016, 1, 23))
    widget.test()
    assert "bytes" not in widget.page.locator(".function__receipt").inner_text()
    # 128 to 1,536 MB in steps of 64 MB: https://aws.amazon.com/lambda/pricing/ of 2016
    assert widget.test(memory="200") == "Not run. Memory: 128 to 1,536 MB, in steps of 64 MB."


def test_on_a_touch_screen_no_keys_are_named_and_no_field_zooms(browser, address):
    with open_at(browser, address, has_touch=True, is_mobile=True) as opened:
        opened.ready()
        assert opened.element.get_by_text("Ctrl").count() == 0
        assert opened.code.get_attribute("aria-describedby") is None
        for field in (opened.code, opened.event, opened.memory):
            # iOS zooms into fields with smaller letters: https://css-tricks.com/16px-or-larger-text-prevents-ios-form-zoom/
            assert float(field.evaluate("field => parseFloat(getComputedStyle(field).fontSize)")) >= 16


def test_the_page_says_what_differs(widget):
    widget.page.get_by_text("What differs from Lambda").click()
    differs = widget.page.locator(".function__notice").inner_text()
    for words in ("Runtime.OutOfMemory", "freezes the environment", "INIT_START", "Max Memory Used"):
        assert words in differs
