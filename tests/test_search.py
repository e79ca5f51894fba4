"""The search finds what a reader types: the site's own worker, run in Node.js over the index of the built site, and once in a browser."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from macros import rates, reference
from tests import built
from tests.lambda_runtime import tools

THEME = built.ROOT / "docs" / ".theme"
WORKERS = "assets/javascripts/workers"
QUERIES: dict[str, list[str]] = yaml.safe_load((built.ROOT / "tests" / "search_queries.yml").read_text(encoding="utf-8"))
BOOK = rates.load()
# What a reader may paste. In the theme's query language these characters mean something else.
PASTED = ["~/.aws/config", "2^20", r"C:\Users", "arn:aws:lambda:us-east-1:123456789012:function:hello", "a*b", "x~y", "lambda -python", "text:payload"]
FILLERS = ["from", "1", "the", "what is the"]
PRICED = [region for region in BOOK.regions if BOOK.rates["lambda.requests"].in_force(date.today(), region)]
REGIONS = {text: region for region in PRICED for text in (region, BOOK.regions[region], re.search(r"\((.+)\)", BOOK.regions[region])[1])}
SERVICES = {name: label for name, label in reference.SERVICES.items()}
LIMITS = {name: f"{quota.label} limit" for name, quota in BOOK.quotas.items()}


# -- the worker ---------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def patch() -> ModuleType:
    spec = importlib.util.spec_from_file_location("search_patch", THEME / ".search" / "patch.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_worker_is_the_installed_themes_with_our_patches(patch):
    committed = list((THEME / WORKERS).iterdir())
    made = patch.original().name, patch.patched(patch.original().read_text(encoding="utf-8"), patch.original().name)
    assert [(path.name, path.read_text(encoding="utf-8")) for path in committed] == [made], "the theme or a patch has changed; run: make search-worker"


def test_the_site_serves_the_patched_worker_and_not_what_makes_it(site):
    [served] = (site / WORKERS).glob("*.js")
    assert served.read_bytes() == (THEME / WORKERS / served.name).read_bytes()
    assert not [path for path in site.rglob("*") if path.name in {path.name for path in (THEME / ".search").iterdir()}]


def test_the_worker_keeps_the_licenses_of_others(patch):
    text = next((THEME / WORKERS).iterdir()).read_text(encoding="utf-8")
    for notice in ("Copyright (c) 2016-2025 Martin Donath", "Copyright (C) 2020 Oliver Nightingale", "Permission is hereby granted, free of charge"):
        assert notice in text


def test_a_theme_that_the_patches_do_not_fit_is_one_line(patch):
    worker = patch.original().read_text(encoding="utf-8")
    old, _ = patch.PATCHES[0]
    for text, times in ((worker.replace(old, ""), 0), (worker + old, 2)):
        with pytest.raises(patch.CannotPatch, match=f"{times} times instead of once; adapt docs/.theme/.search/patch.py") as caught:
            patch.patched(text, "search.js")
        assert "\n" not in str(caught.value)


# -- what is found ------------------------------------------------------------------------------------------------------------


def ask(site: Path, queries: list[str], *, every_term: bool) -> dict:
    [worker] = (site / WORKERS).glob("*.js")
    asked = {"queries": queries, "everyTerm": every_term}
    command = [str(tools.node()), str(built.ROOT / "tests" / "js" / "search.mjs"), str(worker), str(site / "search" / "search_index.json")]
    result = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def answers(site) -> dict:
    """Nearly all that these tests ask, in one process."""
    return ask(site, [*QUERIES, *PASTED, *FILLERS, *REGIONS, *BOOK.regions, *SERVICES.values(), *LIMITS.values()], every_term=True)


def test_a_word_without_end_does_not_exhaust_memory(site):
    """A link to the search may hold a word of any length; looking for words like it would take the browser down."""
    word = "x" * 5_000
    assert ask(site, [word], every_term=False)["found"] == {word: []}


def first_three(answers: dict, query: str) -> list[str]:
    return [sections[0]["location"].partition("#")[0] or "home" for sections in answers["found"][query][:3]]


def shown(section: dict) -> str:
    return " ".join(re.sub("<[^>]+>", "", f"{section['title']} {section['text']}").split())


def test_every_word_of_the_index_is_found_wherever_it_stands(answers):
    assert len(answers["terms"]) > 3000 and {"function", "from", "1", "us-east-1"} <= set(answers["terms"])
    assert answers["lost"] == []


def test_different_parts_of_the_word_list_are_never_merged(answers):
    """Merged, they lead to words that are on no page, and the query fails. Which words fail changes with every edit of a page."""
    assert answers["merged"] is False


def test_the_tags_of_a_page_find_the_page_and_not_each_of_its_sections(answers):
    assert [[section["location"] for section in sections] for sections in answers["found"]["egress"]] == [["pricing/s3/"], ["reference/transfer/"]]


@pytest.mark.parametrize("query", QUERIES)
def test_what_readers_type_leads_to_a_good_page(answers, query):
    assert set(first_three(answers, query)) & set(QUERIES[query]), first_three(answers, query)


def test_no_query_leads_readers_to_the_pages_about_this_guide(answers):
    for query in [*QUERIES, *REGIONS, *SERVICES.values(), *LIMITS.values()]:
        assert not first_three(answers, query)[0].startswith("contributing/"), query


@pytest.mark.parametrize("query", REGIONS)
def test_a_region_that_has_prices_is_found_by_name_by_place_and_by_code(answers, query):
    assert {"pricing/lambda/", "reference/lambda/"} & {*first_three(answers, query)}, first_three(answers, query)


@pytest.mark.parametrize("code", BOOK.regions)
def test_a_reader_who_types_the_code_of_a_region_sees_its_name(answers, code):
    assert any(f"{BOOK.regions[code]} {code}" in shown(section) for sections in answers["found"][code][:3] for section in sections)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_found_by_its_name(answers, name):
    assert {f"reference/{name}/", f"pricing/{name}/"} & set(first_three(answers, SERVICES[name])), first_three(answers, SERVICES[name])


@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_is_found_by_what_it_is_called(answers, name):
    assert "reference/quotas/" in first_three(answers, LIMITS[name]), first_three(answers, LIMITS[name])


@pytest.mark.parametrize("query", [*PASTED, *FILLERS])
def test_whatever_is_typed_is_no_error_and_finds_something(answers, query):
    assert answers["found"][query]


def test_a_near_miss_is_shown_as_what_was_meant(answers):
    for query, meant in (("fraknfurt", "Frankfurt"), ("sao paulo", "São"), ("throtling", "Throttl")):
        best = answers["found"][query][0][0]
        assert f"<mark>{meant}".lower() in f"{best['title']} {best['text']} {best.get('tags')}".lower(), query


def test_a_result_is_an_excerpt_and_no_wall_of_numbers(answers):
    for query in REGIONS:
        for section in sum(answers["found"][query], []):
            assert len(shown(section)) < 1200, (query, section["location"])


# -- what is in the index -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def index(site) -> list[dict]:
    return json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))["docs"]


WORD = re.compile(r"\w+(?:[.,]\w+)*")
INLINE = re.compile(r"</?(?:a|abbr|b|code|data|em|i|kbd|mark|q|small|span|strong|sub|sup)\b[^>]*>")


def words(html: str) -> set[str]:
    """The words as they stand on a page, where each element that is not part of a line of text sets its words apart."""
    return set(WORD.findall(re.sub("<[^>]+>", " ", INLINE.sub("", html))))


def test_no_words_of_a_page_are_glued_together(site, index):
    @cache
    def of_page(location: str) -> set[str]:
        return words((site / location / "index.html").read_text(encoding="utf-8"))

    glued = [
        f"{entry['location']}: {word}" for entry in index for word in words(entry["title"] + " " + entry["text"]) - of_page(entry["location"].partition("#")[0])
    ]
    assert not glued


def entry_of(index: list[dict], location: str) -> str:
    [found] = [entry for entry in index if entry["location"] == location]
    return f"{found['title']} {found['text']}"


def test_a_price_is_in_the_index_with_its_regions_and_without_where_it_was_read(index):
    # From AWS's price list: requests cost $0.20 a million in US East; $0.27 in Cape Town, listed by the request.
    requests = entry_of(index, "reference/lambda/#lambda-requests")
    assert "US East (N. Virginia) us-east-1 $0.20 per 1,000,000 requests" in requests and "Africa (Cape Town) af-south-1 $0.00000027 per request" in requests
    sections = [
        entry for entry in index if entry["location"].startswith("reference/") and re.search("#(free-tier-|rule-|quota-|[a-z0-9]+-)", entry["location"])
    ]
    titles = {source.title for source in BOOK.sources.values()}
    for entry in sections:
        if BOOK.rates.keys() & set(re.findall(r"^<p><code>([\w.-]+)</code>", entry["text"])):
            assert "Read in" not in entry["text"] and "newest first" not in entry["text"], entry["location"]
            assert not [title for title in titles if title in entry["text"]], entry["location"]


def test_a_limit_is_in_the_index_as_it_is_today(index):
    # A function ran for 60 seconds at most when Lambda appeared, and for 900 since October 2018.
    timeout = entry_of(index, "reference/quotas/#quota-lambda-timeout")
    assert "900 s" in timeout and "60 s" not in timeout


def test_samples_on_the_authors_page_are_not_in_the_index(index):
    entries = [entry for entry in index if entry["location"].startswith("contributing/authors/")]
    text = " ".join(entry["text"] for entry in entries)
    assert len({entry["title"] for entry in entries}) == len(entries) > 15, "a heading of a sample is left"
    assert "Everything there is to know is on this page" in text and "NAT gateway hours" not in text and "Hello, Ada!" not in text


# -- in a browser -------------------------------------------------------------------------------------------------------------


# Each link to a result names the words for which it is one.
ANSWERED = """query => [...document.querySelectorAll(".md-search-result__link")]
    .some(link => (new URL(link.href).searchParams.get("h") || "").split(" ").sort().join() === query.split(" ").sort().join())"""


def test_a_reader_with_a_phone_sees_what_was_found(browser, site_url):
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None)
        page.goto(site_url)
        for query, heading in (("lambda function", "What Lambda is good at"), ("frankfurt", "What Lambda costs"), ("egress", "Data transfer")):
            page.keyboard.press("/")
            page.locator(".md-search__input").fill("")
            page.locator(".md-search__input").press_sequentially(query)
            results = page.locator(".md-search-result__item")
            page.wait_for_function(ANSWERED, arg=query)
            assert heading in results.locator("h1").all_inner_texts()[:3]
            tops = results.evaluate_all("items => items.slice(0, 3).map(item => item.getBoundingClientRect().top)")
            assert max(tops) < 844, f"{query}: the first results fill the screen"
            # Of the tags of a page those that were typed, which say why it was found.
            tags = results.locator(".md-tag:visible").all_inner_texts()
            assert all(set(tag.lower().split()) & set(query.split()) for tag in tags), tags
        assert results.locator(".md-tag:visible").first.inner_text() == "egress"
        page.locator(".md-search-result__link").first.click()
        page.wait_for_url(re.compile(r"/(reference/transfer|pricing/s3)/"))
        assert complaints == []
