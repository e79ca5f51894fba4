"""The function in the page cannot harm its page, and a link cannot harm the function."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator

import pytest
from mkdocs.livereload import LiveReloadServer

from tests import built
from tests.test_function_in_page import CODE, EVENT, RECORDED, address, kept, open_at, widget

__all__ = ["address", "kept", "widget"]  # fixtures

SEARCHED = "?h=return+name+hello+world+const"  # what the site's own search adds to the address of a result


@pytest.mark.parametrize("page", ["tutorials/hello-console/", "contributing/authors/"])
def test_the_words_of_a_search_leave_the_function_whole(browser, site_url, page):
    with open_at(browser, f"{site_url}{page}{SEARCHED}") as opened:
        opened.page.wait_for_selector("article mark", state="attached")  # the theme has marked the words
        opened.ready()
        assert opened.code.input_value() == CODE
        assert json.loads(opened.event.input_value()) == EVENT
        opened.test()
        assert opened.answer == RECORDED
        opened.code.fill("// mine")
        opened.element.get_by_role("button", name="Reset").click()
        assert (opened.code.input_value(), json.loads(opened.event.input_value())) == (CODE, EVENT)


TEXT = r"""() => {
  document.querySelectorAll('[data-live]').forEach(widget => widget.remove())
  const receipts = [...document.querySelectorAll('article .receipt, article pre, article svg')].map(each => each.textContent)
  return [document.querySelector('article').innerText, ...receipts].map(text => text.replace(/\s+/g, ' '))
}"""


@pytest.mark.parametrize("page", ["tutorials/hello-console/", "pricing/lambda/"])
def test_the_words_of_a_search_change_no_text_code_or_receipt(browser, site_url, page):
    texts = []
    for words in ("?h=return+name+price+lambda+requests", ""):
        with open_at(browser, f"{site_url}{page}{words}") as opened:
            if words:
                opened.page.wait_for_selector("article mark", state="attached")
            texts.append(opened.page.evaluate(TEXT))
    assert texts[0] == texts[1]


def test_the_readers_code_does_not_get_hold_of_the_runners_port(widget):
    code = (
        "let port;\nconst take = { configurable: true, get() { port ??= this; return {}; } };\n"
        "for (const name of ['data', 'ports', 'source']) Object.defineProperty(MessageEvent.prototype, name, take);\n"
        "for (const name of ['target', 'currentTarget']) Object.defineProperty(Event.prototype, name, take);\n"
        "export const handler = async () => port === undefined ? 'mine' : 'taken';"
    )
    assert widget.test(code=code).startswith("Succeeded.")
    assert widget.answer == "mine"
    widget.test()
    assert widget.answer == "mine"


def test_what_bounds_a_log_cannot_be_replaced(widget):
    code = (
        "String.prototype.slice = String.prototype.substring = function () { return this; };\nReflect.apply = () => 'x'.repeat(1e6);\n"
        "TextEncoder.prototype.encode = () => [];\nexport const handler = async () => {\n  for (let i = 0; i < 100; i++) console.log('x'.repeat(1e6));\n};"
    )
    assert widget.test(code=code).startswith("Succeeded.")
    assert len("".join(widget.log)) < 45_000


def test_an_error_with_an_endless_name_is_cut(widget):
    code = "export const handler = async () => {\n  const error = new Error('y'.repeat(1e5));\n  error.name = 'x'.repeat(3e7);\n  throw error;\n};"
    assert widget.test(code=code).startswith("Failed: xxx")
    assert len(widget.status) < 1_000
    assert len("".join(widget.log)) < 45_000
    assert len(widget.element.get_by_role("group", name="Response").inner_text()) < 45_000
    assert widget.test(code=CODE).startswith("Succeeded.")


def test_a_deep_and_wide_response_does_not_stop_the_page(widget):
    code = "export const handler = async () => {\n  let deep = Array(5e5).fill(1);\n  for (let i = 0; i < 3000; i++) deep = [deep];\n  return deep;\n};"
    assert widget.test(code=code).startswith("Succeeded.")
    assert len(widget.element.get_by_role("group", name="Response").inner_text()) < 25_000


def test_there_are_no_workers_within_the_worker(widget):
    widget.test(code="export const handler = async () => [typeof Worker, typeof SharedWorker];")
    assert widget.answer == ["undefined", "undefined"]


def test_what_runs_on_after_the_answer_is_ended_after_a_minute(browser, address):
    with open_at(browser, "about:blank") as opened:
        opened.page.clock.install()
        opened.page.goto(address)
        opened.ready()
        opened.test(code="setInterval(() => { for (let i = 0; i < 1e6; i++); }, 1);\nexport const handler = async () => 'answered';")
        assert opened.answer == "answered"
        assert len(opened.workers) == 1
        opened.page.clock.fast_forward(61_000)
        opened.page.wait_for_selector("function-in-page iframe", state="detached")
        assert opened.workers == []
        opened.test()
        assert "Init Duration" in opened.report, "the next test is a cold start"


# A runner that is not ours, as if the reader's code had got hold of the port: SEND stands for what it sends when it is asked for INIT.
TAKEN = """addEventListener("message", ({ ports: [port] }) => {
  const send = (message) => port.postMessage(message);
  port.onmessage = ({ data }) => { if (data.order === "init") send({ kind: "initialized", ms: 1 }); else { SEND } };
  send({ kind: "ready" });
});"""


@pytest.fixture
def taken(widget) -> Iterator[callable]:
    """`taken("send(null)")`: what the status says when the runner sends that."""

    def run(send: str) -> str:
        widget.page.route("**/runner/worker.js", lambda route: route.fulfill(body=TAKEN.replace("SEND", send), content_type="text/javascript"))
        status = widget.test(code=f"// {send}")
        widget.page.unroute("**/runner/worker.js")
        return status

    return run


@pytest.mark.parametrize(
    "send",
    [
        "send({ kind: 'zzz' })",
        "send(null)",
        "send({})",
        "send('response')",
        "send({ kind: 'constructor' })",
        "send({ kind: 'response', body: {} })",
        "send({ kind: 'response', body: '1'.repeat(1e7) })",
        "for (let i = 0; i < 3000; i++) send({ kind: 'log', text: 'x'.repeat(1e4) })",
        "for (let i = 0; i < 3000; i++) send({ kind: 'written', written: i })",
    ],
)
def test_a_runner_that_says_what_it_never_says_is_ended(widget, taken, send):
    assert taken(send) == "The function’s environment sent a message that this page does not know, so the page ended it. Press Test to start a new one."
    assert widget.page.locator("iframe").count() == 0
    assert widget.test(code=CODE).startswith("Succeeded."), "the page lives on"
    assert not widget.complaints


@pytest.mark.parametrize(
    "send",
    [
        "send({ kind: 'error', ms: 1, error: { errorType: 'x'.repeat(1e6), errorMessage: 'y'.repeat(1e6), trace: Array(1e5).fill('z'.repeat(1e3)) } })",
        "send({ kind: 'error', ms: NaN, written: -5, error: null })",
        "send({ kind: 'error', ms: '<img>', written: Infinity, error: { errorType: {}, errorMessage: [], trace: 7 } })",
        "send({ kind: 'exit', ms: 1, text: 'x'.repeat(1e7) })",
    ],
)
def test_what_a_runner_says_is_cut_to_what_the_page_can_show(widget, taken, send):
    assert taken(send).startswith("Failed: ")
    assert len(widget.status) < 1_000
    assert len("".join(widget.log)) < 45_000
    assert len(widget.element.get_by_role("group", name="Response").inner_text()) < 45_000
    assert widget.test(code=CODE).startswith("Succeeded.")
    assert not widget.complaints


def test_a_runner_that_answers_no_json_leaves_the_page_usable(widget, taken):
    taken("send({ kind: 'response', ms: 1, body: '{' })")
    assert widget.button.get_attribute("aria-disabled") == "false"
    assert widget.test(code=CODE).startswith("Succeeded.")


def test_the_preview_of_authors_puts_nothing_into_the_sandbox(browser, site, site_url, address, tmp_path):
    port = built.free_port()
    server = LiveReloadServer(lambda: None, host="127.0.0.1", port=port, root=str(site), mount_path=built.base_path())
    server.watch(str(tmp_path))
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        page = address.removeprefix(site_url)
        with open_at(browser, f"http://127.0.0.1:{port}{built.base_path()}{page}") as opened:
            assert "livereload" in opened.page.content(), "the pages themselves have the preview's script"
            opened.ready()
            opened.test()
            assert opened.answer == RECORDED
            assert not opened.complaints
    finally:
        server.shutdown()
