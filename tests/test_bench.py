"""`make bench` compares like with like: three sites of the same text, with macros and receipts, with macros only, and with neither."""

import re

import pytest

from tests import bench, pages


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    sources = bench.make_sites(tmp_path_factory.mktemp("bench"))
    for source in sources:
        bench.build(source)
    return [source / "site" for source in sources]


def words(site, page):
    """What stands on a page, receipts and chrome aside."""
    text = re.search(r"<article.*?</article>", (site / page).read_text(encoding="utf-8"), re.DOTALL)[0]
    text = re.sub(r'<samp class="receipt".*?</samp>|<aside.*?</aside>|<div class="rates-verified".*?</div>', "", text, flags=re.DOTALL)
    return re.sub(r"<[^>]+>|\s", "", text)


@pytest.mark.parametrize("page", ["index.html", "pricing/lambda/index.html", "image-example/index.html"])
def test_the_three_sites_say_the_same(sites, page):
    ours, plain, bare = (words(site, page) for site in sites)
    assert len(ours) > 100
    assert ours == plain == bare


def test_only_ours_has_receipts_and_the_plain_one_nothing_of_ours(sites):
    receipts = [sum('class="receipt"' in path.read_text(encoding="utf-8") for path in site.rglob("*.html")) for site in sites]
    assert receipts[0] > 20 and receipts[1:] == [0, 0]
    hrefs = [element["href"] for element in pages.read(sites[1] / "index.html").all("link")]
    assert hrefs and not [href for href in hrefs if "assets/css" in href]


def test_weights_are_rows_of_the_table(sites):
    rows = {row["what"]: row["value"] for row in bench.weights(*sites)}
    [per_figure] = [value for what, value in rows.items() if what.startswith("Receipts, bytes a figure (gzip)")]
    assert int(per_figure.removesuffix(" bytes")) > 0
    assert len(rows) == 5
