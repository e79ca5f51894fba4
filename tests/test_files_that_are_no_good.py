"""Whatever a file is or holds, the command line answers with one line and exit status 2: no traceback, no hang, no second line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from macros import characters, lines, pages, rates, workload
from macros.__main__ import main
from tests import record

ROOT = rates.FILE.parent.parent
GOOD = "title: A backend\nevents: 3_000_000\nper_event:\n  lambda: {duration_ms: 120, memory_mb: 1536}\n"


def refusal(path: Path, capsys) -> str:
    """The one line that `bill` says of a file."""
    status = main(["bill", str(path), "--rates", str(record.FILE)])
    out, err = capsys.readouterr()
    assert status == 2, out
    assert out == ""
    assert len(err.splitlines()) == 1, err
    assert err[:-1].isprintable()
    return err


def refusal_of(content: str | bytes, folder: Path, capsys) -> str:
    path = folder / "work.yml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return refusal(path, capsys)


NESTED = {
    "brackets": "title: " + "[" * 100_000,
    "a million brackets": "[" * 1_000_000,
    "mappings": "a: " + "{a: " * 100_000,
    "indents": "".join("  " * depth + "a:\n" for depth in range(1_000)),
    "dashes": "- " * 100_000,
    "closed brackets": "title: " + "[" * 500 + "]" * 500,
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("content", NESTED.values(), ids=NESTED)
def test_nesting_without_end_is_refused(content: str, tmp_path: Path, capsys):
    assert "nested more than 20 deep" in refusal_of(content, tmp_path, capsys)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("digits", [101, 5_000, 1_000_000])
def test_a_number_without_end_is_refused(digits: int, tmp_path: Path, capsys):
    for key, old in (("events", "3_000_000"), ("duration_ms", "120")):
        said = refusal_of(GOOD.replace(f"{key}: {old}", f"{key}: {'1' * digits}"), tmp_path, capsys)
        assert f"`{key}` is {digits:,} characters long: a number has at most 100" in said


@pytest.mark.parametrize("nothing", ["", "null", "~", "''"], ids=["left out", "null", "tilde", "quotes"])
@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("events: 3_000_000", "`events` is empty: write a plain positive decimal such as 120 or 0.25"),
        ("duration_ms: 120", "`duration_ms` is empty: write a plain positive decimal such as 120 or 0.25"),
    ],
)
def test_a_number_that_is_left_empty_is_called_empty(field: str, words: str, nothing: str, tmp_path: Path, capsys):
    said = refusal_of(GOOD.replace(field, f"{field.partition(':')[0]}: {nothing}"), tmp_path, capsys)
    assert words in said
    assert "not nothing" not in said


def test_a_text_without_end_is_refused(tmp_path: Path, capsys):
    said = refusal_of(GOOD.replace("A backend", "A" * 2_001), tmp_path, capsys)
    assert "`title` has 2,001 characters: write at most 2,000" in said


def test_a_key_without_end_is_cut_short_in_the_message(tmp_path: Path, capsys):
    said = refusal_of(GOOD + '? "' + "k" * 100_000 + '"\n: 1\n', tmp_path, capsys)
    assert "unknown key 'kkk" in said
    assert len(said) < 500


def test_a_file_that_is_too_large_is_refused(tmp_path: Path, capsys):
    said = refusal_of(b"# " + b"x" * workload.LARGEST_WORKLOAD, tmp_path, capsys)
    assert "larger than 1,048,576 bytes, the most that is read" in said
    path = tmp_path / "rates.yml"
    path.write_bytes(b"# " + b"x" * lines.LARGEST_FILE)
    assert main(["check", str(path)]) == 2
    assert "larger than 4,000,000 bytes, the most that is read" in capsys.readouterr().err


# Each stands in a value, where a person would not see it: (what is put behind the title, the words).
HIDDEN = {
    "a no-break space": ("\u00a0", "this line has a no-break space (U+00A0): write a plain space"),
    "a narrow no-break space": ("\u202f", "this line has a narrow no-break space (U+202F): write a plain space"),
    "a zero-width space": ("\u200b", "this line has a zero width space (U+200B): delete it; it cannot be seen"),
    "a byte order mark": ("\ufeff", "this line has a byte order mark (U+FEFF): delete it; it cannot be seen"),
    "a soft hyphen": ("\u00ad", "this line has a soft hyphen (U+00AD): delete it; it cannot be seen"),
    "a right-to-left mark": ("\u200f", "this line has a right-to-left mark (U+200F): delete it; it cannot be seen"),
    "an isolate": ("\u2066", "this line has a left-to-right isolate (U+2066): delete it; it cannot be seen"),
    "a tab": ("\t", "this line has a tab (U+0009): write spaces"),
    "an escape": ("\x1b[31m", "this line has an escape character (U+001B): delete it"),
    "a NUL": ("\0", "this line has a NUL character (U+0000): delete it"),
    "a line separator": ("\u2028", "this line has a line separator (U+2028): start a new line"),
    "a Devanagari digit": ("\u0967", "this line has a devanagari digit one (U+0967): write the digits 0 to 9"),
    "a full-width digit": ("\uff11", "this line has a fullwidth digit one (U+FF11): write the digits 0 to 9"),
}


@pytest.mark.parametrize(("hidden", "words"), HIDDEN.values(), ids=HIDDEN)
def test_a_character_that_deceives_is_named_in_its_line(hidden: str, words: str, tmp_path: Path, capsys):
    said = refusal_of(GOOD.replace("memory_mb: 1536", f"memory_mb: 1536{hidden}"), tmp_path, capsys)
    assert f"work.yml:4: {words}" in said


def test_the_others_of_its_kind_are_counted(tmp_path: Path, capsys):
    assert "(2 more in the file)" in refusal_of(GOOD.replace("A backend", "A\u00a0back\u00a0end\u00a0"), tmp_path, capsys)


PERSIAN = "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"  # with a joiner in it, as it is written
DEVELOPER = "\U0001f469\u200d\U0001f4bb"


@pytest.mark.parametrize("title", ["São Paulo, 60 €, 1 µs – «naïve»", PERSIAN, f"Developer {DEVELOPER}", "東京"])
def test_a_title_may_be_in_any_language(title: str, tmp_path: Path, capsys):
    path = tmp_path / "work.yml"
    path.write_text(GOOD.replace("A backend", title), encoding="utf-8")
    assert main(["bill", str(path), "--rates", str(record.FILE)]) == 0
    assert title in capsys.readouterr().out


@pytest.mark.parametrize(
    ("escaped", "words"),
    [
        ('"two\\nlines"', "`title` has a line break: write it on one line"),
        ('"\\e[31mred"', "`title` cannot be printed as it is; it has an escape character (U+001B): delete it"),
        ('"a\\u2028b"', "`title` cannot be printed as it is; it has a line separator (U+2028): start a new line"),
        ('"a\\_b"', "`title` cannot be printed as it is; it has a no-break space (U+00A0): write a plain space"),
    ],
    ids=["a line break", "an escape sequence", "a line separator", "a no-break space"],
)
def test_what_yaml_can_escape_is_refused_too(escaped: str, words: str, tmp_path: Path, capsys):
    assert words in refusal_of(GOOD.replace("A backend", escaped), tmp_path, capsys)


@pytest.mark.parametrize("where", ["duration_ms", "memory_mb", "key"])
def test_a_wrong_value_never_breaks_its_message(where: str, tmp_path: Path, capsys):
    wrong = '"1\\n2\\u2028\\e[31m"'
    text = {
        "duration_ms": GOOD.replace("120", wrong),
        "memory_mb": GOOD.replace("1536", wrong),
        "key": GOOD + f"{wrong}: 1\n",
    }[where]
    assert "1\\x0a2\\u2028\\x1b[31m" in refusal_of(text, tmp_path, capsys)


def test_a_name_of_a_file_never_breaks_its_message(tmp_path: Path, capsys):
    assert "two\\x0alines.yml" in refusal(tmp_path / "two\nlines.yml", capsys)


def test_bytes_that_are_no_text_are_named_with_their_line(tmp_path: Path, capsys):
    said = refusal_of(GOOD.encode().replace(b"memory", b"m\xe9mory"), tmp_path, capsys)
    assert "work.yml:4: is not UTF-8 text: the byte 0xE9 is not valid in it; save the file as UTF-8" in said
    assert "is UTF-16 text: save it as UTF-8" in refusal_of(GOOD.encode("utf-16"), tmp_path, capsys)


@pytest.mark.parametrize("change", [("\n", "\r\n"), ("\n", "\r"), ("title", "\ufefftitle")], ids=["Windows", "old Macintosh", "a byte order mark in front"])
def test_what_editors_do_to_a_file_is_read(change: tuple[str, str], tmp_path: Path, capsys):
    path = tmp_path / "work.yml"
    path.write_bytes(GOOD.replace(*change).encode())
    assert main(["bill", str(path), "--rates", str(record.FILE)]) == 0
    assert "A backend" in capsys.readouterr().out


@pytest.mark.timeout(60)
@pytest.mark.parametrize("kind", ["a pipe", "/dev/zero", "a folder", "a loop of links", "nothing"])
def test_what_is_no_file_is_refused_without_waiting(kind: str, tmp_path: Path, capsys):
    path, words = tmp_path / "work.yml", "it is a pipe or a device, not a file"
    if kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a folder":
        path.mkdir()
        words = "is a folder; name a YAML file"
    elif kind == "a loop of links":
        path.symlink_to(path)
        words = "cannot be read"
    elif kind == "nothing":
        words = "there is no such file"
    said = refusal(Path(kind) if kind.startswith("/") else path, capsys)
    assert words in said


def test_standard_input_is_read():
    command = [sys.executable, "-m", "macros", "bill", "/dev/stdin", "--rates", str(record.FILE)]
    done = subprocess.run(command, input=GOOD, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "A backend" in done.stdout


def test_no_key_may_be_a_list(tmp_path: Path, capsys):
    assert "work.yml:5: a key must be a word" in refusal_of(GOOD + "? [a, b]\n: 1\n", tmp_path, capsys)


def test_a_folder_is_no_rates_file(tmp_path: Path, capsys):
    assert main(["check", str(tmp_path)]) == 2
    assert "is a folder; name a YAML file" in capsys.readouterr().err


# --- pages


def test_no_page_and_no_file_of_data_hides_a_character():
    """Lambda's own log lines have tabs between their fields; no other text has a character that cannot be seen."""
    kinds, found = {".md", ".yml", ".py", ".mjs", ".js", ".css", ".html", ".json"}, []
    for folder in ("docs", "macros"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in kinds:
                text = path.read_text(encoding="utf-8")
                found += [f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, at) + 1}: {characters.described(one)}" for at, one in characters.unwelcome(text)]
    assert found == []


@pytest.mark.parametrize("word", ["price", "free_tier", "quota", "rule"])
def test_a_hidden_character_in_a_page_is_named(word: str):
    site = pages.Pages(rates.load(record.FILE), record.DAY, ROOT / "docs", lambda: ("page.md", ""))
    with pytest.raises((rates.NoRate, pages.Mistake)) as refused:
        getattr(site, word)("lambda.requests\u00a0")
    assert "it has a no-break space (U+00A0): write a plain space" in str(refused.value)
    assert str(refused.value).isprintable()


@pytest.mark.parametrize(("written", "told"), [("[1, 2]", "a list"), ("{a: 1}", "a mapping"), ("many", "'many'")])
def test_a_message_says_what_stands_in_place_of_a_number(written: str, told: str, tmp_path: Path, capsys):
    said = refusal_of(GOOD.replace("events: 3_000_000", f"events: {written}"), tmp_path, capsys)
    assert f"work.yml:2: `events` must be a plain positive decimal such as 120 or 0.25, not {told}" in said


def test_a_message_says_what_stands_in_place_of_words(tmp_path: Path, capsys):
    told = refusal_of("title: [one, two]\nevents: 1\nper_event: {s3: {put_requests: 1}}\n", tmp_path, capsys)
    assert "`title` must be text on one line, not a list" in told


def test_a_message_says_what_stands_in_place_of_lines(tmp_path: Path, capsys):
    assert "must hold `key: value` lines, not a list" in refusal_of("- a\n- b\n", tmp_path, capsys)
    assert "must hold `key: value` lines, not 'words'" in refusal_of("words\n", tmp_path, capsys)
