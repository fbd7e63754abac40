"""Every code that product code can show has its text in both languages, and every text is used."""

import ast
import string
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from inspect import signature
from pathlib import Path

import pytest

import vorgang.workflow.cli  # noqa: F401  # with it every class of error is known
from vorgang.config.errors import AuthorError, Finding, Reason, Refusal, RefusedError, VorgangError
from vorgang.config.text import LANGS, Lang, Text
from vorgang.config.texts import catalogue, text_of
from vorgang.states.bound_calls import holds
from vorgang.states.loader import load_folders

ROOT = Path(__file__).parents[2]
FLOORS = ("config", "states", "notifications", "workflow")


@cache
def trees() -> tuple[tuple[Path, ast.Module], ...]:
    """The product code, parsed."""
    paths = [path for floor in FLOORS for path in sorted((ROOT / floor).rglob("*.py"))]
    return tuple((path.relative_to(ROOT), ast.parse(path.read_text("utf-8"))) for path in paths)


def takers_of_codes() -> set[str]:
    """Names of the functions and classes whose first parameter or field is a `code`."""
    names = {"VorgangError", *(name for name, bases in classes() if "VorgangError" in bases)}
    for _, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and first_name(node) == "code":
                names.add(node.name)
    return names - {"__init__"}


def classes() -> Iterator[tuple[str, set[str]]]:
    """Every class of the product with the names of its ancestors."""
    direct = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    for name in direct:
        ancestors, open_ = set[str](), [name]
        while open_:
            found = direct.get(open_.pop(), set()) - ancestors
            ancestors |= found
            open_ += found
        yield name, ancestors


def first_name(node: ast.ClassDef | ast.FunctionDef) -> str | None:
    """The first parameter of a function; the first field of a class, or the first parameter of its construction."""
    if isinstance(node, ast.FunctionDef):
        return next((one.arg for one in node.args.args if one.arg not in {"self", "cls"}), None)
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            return statement.target.id
        if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
            return first_name(statement)
    return None


def uses() -> Iterator[tuple[str, str, ast.Call]]:
    """Every code written out where something takes a code: code, place, call."""
    takers = takers_of_codes()
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and name_of(node.func) in takers:
                given = [*node.args[:1], *(word.value for word in node.keywords if word.arg == "code")]
                for value in given:
                    if isinstance(value, ast.Constant) and isinstance(value.value, str):
                        yield value.value, f"{path}:{node.lineno}", node


def name_of(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def placeholders(text: str) -> set[str]:
    return {name.split(".")[0].split("[")[0] for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_the_scan_sees_the_codes_of_the_product() -> None:
    assert {"settings_value", "rules_unknown", "config_key_missing", "deadline_without_length"} <= {
        code for code, _, _ in uses()
    }


def test_every_code_has_a_text() -> None:
    assert {place: code for code, place, _ in uses() if code not in catalogue()} == {}


def test_every_text_has_a_use() -> None:
    words = {node.value for _, tree in trees() for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert set(catalogue()) - words == set()


def test_errors_give_every_parameter_that_their_text_shows() -> None:
    errors = {"VorgangError", *(name for name, ancestors in classes() if "VorgangError" in ancestors)}
    lacking = {}
    for code, place, call in uses():
        given = {word.arg for word in call.keywords}
        if name_of(call.func) in errors and None not in given and code in catalogue():
            shown = set().union(*(placeholders(text) for part in catalogue()[code] for text in part))
            if shown - given:
                lacking[place] = shown - given
    assert lacking == {}


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_a_text_says_the_same_in_both_languages(code: str) -> None:
    def same(text: Text) -> bool:
        return placeholders(text.de) == placeholders(text.en) and bool(text.de) == bool(text.en)

    entry = catalogue()[code]
    assert entry.text.de
    assert same(entry.text)
    assert same(entry.remedy)


def told_of(params: dict[str, object], code: str, lang: Lang) -> Iterator[str]:
    """What each class of error, and what an error is made of, says under a code."""
    made = [error(code, **params) for error in all_errors() if next(iter(signature(error).parameters)) == "code"]
    finding = Finding(code=code, file="f", key="k", params=params)
    refusal = Refusal(code, params, (Reason(code, params),))
    every: list[VorgangError | Finding | Refusal] = [
        *made,
        finding,
        AuthorError([finding]),
        refusal,
        RefusedError(refusal),
    ]
    for one in every:
        yield one.text(lang)
        yield one.remedy(lang)


def all_errors(base: type[VorgangError] = VorgangError) -> Iterator[type[VorgangError]]:
    yield base
    for below in base.__subclasses__():
        yield from all_errors(below)


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_a_parameter_in_two_languages_is_told_in_that_of_the_reader(code: str) -> None:
    shown = set().union(*(placeholders(text) for part in catalogue()[code] for text in part))
    params: dict[str, object] = {name: Text("das_deutsche", "the_english") for name in shown - {"key"}}
    listed: dict[str, object] = {name: [text] for name, text in params.items()}
    for lang, other in zip(LANGS, ("the_english", "das_deutsche"), strict=True):
        told = [*told_of(params, code, lang), *told_of(listed, code, lang)]
        assert [one for one in told if "Text(" in one or other in one] == []


def test_a_code_stands_in_one_file_and_with_known_entries_only() -> None:
    files = [tomllib.loads(path.read_text("utf-8")) for path in sorted((ROOT / "config" / "catalogue").glob("*.toml"))]
    assert [code for code, times in Counter(code for file in files for code in file).items() if times > 1] == []
    for file in files:
        for row in file.values():
            assert set(row) <= {"de", "en", "remedy_de", "remedy_en"}


def test_german_sentences_write_days_as_germans_do() -> None:
    params = {"until": "2020-01-01", "today": "2026-11-22", "other": "2020-99-99"}
    assert text_of("simulate_past", params, "de").startswith("01.01.2020 liegt vor heute (22.11.2026)")
    assert text_of("simulate_past", params, "en").startswith("2020-01-01 is before today")
    assert text_of("simulate_past", {**params, "until": "2020-99-99"}, "de").startswith("2020-99-99 liegt")


def test_an_instant_is_told_as_people_write_it_in_its_own_zone() -> None:
    params = {"fact": "beginn", "other": "ende", "later": "2020-06-16T07:00:00Z[Europe/Istanbul]"}
    params["value"] = "2020-06-16T09:00:00Z[Europe/Berlin]"
    german, english = (text_of("instant_not_before", params, lang) for lang in LANGS)
    assert german == "„beginn“ (16.06.2020 11:00 CEST) liegt nicht vor „ende“ (16.06.2020 10:00 +03)."
    assert english == '"beginn" (2020-06-16 11:00 CEST) is not before "ende" (2020-06-16 10:00 +03).'
    for odd in ("2020-06-16T09:00:00Z[Nir/Gendwo]", "2020-99-16T09:00:00Z[Europe/Berlin]"):
        assert odd in text_of("instant_not_before", {**params, "value": odd}, "de")


def test_a_scan_of_one_page_does_not_have_one_pages() -> None:
    assert "(Seiten: 1)" in text_of("intake_scan", {"file": "scan.pdf", "pages": 1}, "de")
    assert "(pages: 1)" in text_of("intake_scan", {"file": "scan.pdf", "pages": 1}, "en")


def test_a_refusal_says_in_words_what_stands_against_a_way() -> None:
    shipped = load_folders().values()
    negated = [
        (call, lifecycle)
        for lifecycle in shipped
        for event in lifecycle.events.values()
        for way in event.ways
        for call in way.needs
        if call.negated
    ]
    assert len(negated) > 10
    raw = [
        text_of("holds_other", {"guard": str(call).removeprefix("not ")}, "de") == holds(call, lifecycle).de
        for call, lifecycle in negated
    ]
    assert not any(raw)
