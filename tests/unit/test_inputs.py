"""What is handed in with an event: every kind of wrong value is refused with its reason, and named."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.desk import TOWN
from vorgang.config.errors import Reason
from vorgang.config.text import Lang, Text
from vorgang.states.inputs import TEXT_LIMIT, compile_fields
from vorgang.states.ledger import canonical
from vorgang.states.lifecycle import Field, FieldType

CASE = "0195535e-0000-7000-8000-000000000001"
FILE = {"name": "a.pdf", "media_type": "application/pdf", "sha256": "0" * 64, "size": 3}
PARTS = (
    Field(name="wer", type="party", label=Text("wer", "who")),
    Field(name="bis", type="date", label=Text("bis", "until"), required=False),
)
TYPES: tuple[FieldType, ...] = (
    *("text", "date", "number", "bool", "choice", "office", "person", "body", "party", "file", "case", "record"),
)


def field(kind: FieldType, name: str = "feld", **more: Any) -> Field:
    more = {"choices": ("a", "b"), "parts": PARTS, **more}
    return Field(name=name, type=kind, label=Text(name, name), **more)


def check(kind: FieldType, value: Any, **more: Any) -> Any:
    """The clean value, or the codes of what is wrong with it."""
    result = compile_fields((field(kind, **more),))({"feld": value}, TOWN)
    return [reason.code for reason in result] if isinstance(result, tuple) else result.get("feld")


@pytest.mark.parametrize(
    ("kind", "value", "clean"),
    [
        ("text", "Größe\n“”", "Größe\n“”"),
        ("date", "2024-02-29", "2024-02-29"),
        ("date", date(2024, 2, 29), "2024-02-29"),
        ("number", 0, 0),
        ("number", -(2**53) + 1, -(2**53) + 1),
        ("bool", False, False),
        ("choice", "b", "b"),
        ("office", "amt10", "amt10"),
        ("person", "dora", "dora"),
        ("body", "rat", "rat"),
        ("party", "rat", "rat"),
        ("party", "dora", "dora"),
        ("file", FILE, FILE),
        ("case", CASE.upper(), CASE),
        ("record", {"wer": "dora", "bis": ""}, {"wer": "dora"}),
    ],
)
def test_a_right_value_is_taken(kind: FieldType, value: Any, clean: Any) -> None:
    assert check(kind, value) == clean
    assert check(kind, [value], many=True) == [clean]


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("text", 5, "field_not_text"),
        ("text", ["a"], "field_not_text"),
        ("text", "x" * (TEXT_LIMIT + 1), "field_too_long"),
        ("text", "a\x00b", "field_unstorable"),
        ("text", "\ud800", "field_unstorable"),
        ("date", "31.12.2024", "field_not_a_date"),
        ("date", "2023-02-29", "field_no_such_day"),
        ("date", 20240101, "field_not_a_date"),
        ("number", "5", "field_not_a_number"),
        ("number", 1.5, "field_not_a_number"),
        ("number", True, "field_not_a_number"),
        ("number", 2**53, "field_not_a_number"),
        ("bool", "ja", "field_not_a_bool"),
        ("bool", 1, "field_not_a_bool"),
        ("choice", "c", "field_not_a_choice"),
        ("choice", {"a": 1}, "field_not_a_choice"),
        ("office", "dora", "field_unknown_party"),
        ("office", "amt99", "field_unknown_party"),
        ("person", "amt10", "field_unknown_party"),
        ("body", "amt10", "field_unknown_party"),
        ("party", "niemand", "field_unknown_party"),
        ("party", 7, "field_unknown_party"),
        ("file", "a.pdf", "field_not_a_file"),
        ("file", {**FILE, "size": "3"}, "field_not_a_file"),
        ("file", {**FILE, "sha256": "xyz"}, "field_not_a_file"),
        ("file", {**FILE, "size": -1}, "field_not_a_file"),
        ("file", {**FILE, "name": "../a.pdf"}, "field_not_a_file"),
        ("file", {**FILE, "name": "a\r\nb.pdf"}, "field_not_a_file"),
        ("file", {**FILE, "path": "/etc/passwd"}, "field_not_a_file"),
        ("case", "1062/2023", "field_not_a_case"),
        ("case", 7, "field_not_a_case"),
        ("record", "wer", "field_not_a_record"),
        ("record", {"bis": "2024-01-01"}, "field_record_wrong"),
        ("record", {"wer": "dora", "wo": "hier"}, "field_record_wrong"),
    ],
)
def test_a_wrong_value_is_refused(kind: FieldType, value: Any, code: str) -> None:
    assert check(kind, value) == [code]
    assert check(kind, [value], many=True) == [code]


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("value", [None, "", "   ", [], [""], [None, " "]])
def test_an_empty_value_of_a_required_field_is_missing(kind: FieldType, value: Any) -> None:
    assert check(kind, value) == ["field_missing"]
    assert check(kind, value, many=True) == ["field_missing"]


@pytest.mark.parametrize("kind", TYPES)
def test_an_optional_field_may_stay_empty(kind: FieldType) -> None:
    assert check(kind, "", required=False) is None


@pytest.mark.parametrize("value", ["a", {"a": 1}, 5])
def test_a_list_is_asked_for(value: Any) -> None:
    assert check("text", value, many=True) == ["field_not_a_list"]


def test_a_list_loses_its_blanks_and_a_party_named_twice() -> None:
    assert check("text", ["a", "", "a"], many=True) == ["a", "a"]
    assert check("office", ["amt10", "amt20", "amt10"], many=True) == ["amt10", "amt20"]


def test_an_unknown_field_is_refused_with_the_one_that_was_meant() -> None:
    (reason,) = compile_fields((field("text"),))({"feld": "x", "felt": "y"}, TOWN)
    assert isinstance(reason, Reason)
    assert (reason.code, reason.params["near"]) == ("field_unknown", "feld")


def test_every_mistake_is_named_at_once() -> None:
    fields = (field("text", "eins"), field("date", "zwei"), field("number", "drei", required=False))
    reasons = compile_fields(fields)({"zwei": "morgen", "drei": "x", "vier": 1}, TOWN)
    assert {(reason.code, reason.params["field"]) for reason in reasons if isinstance(reason, Reason)} == {
        ("field_missing", "eins"),
        ("field_not_a_date", "zwei"),
        ("field_not_a_number", "drei"),
        ("field_unknown", "vier"),
    }


def test_every_mistake_in_the_records_of_a_list_is_named_with_its_place() -> None:
    office = Field(name="amt", type="office", label=Text("Amt", "office"))
    number = Field(name="anzahl", type="number", label=Text("Anzahl", "how many"), required=False)
    rows = [{"amt": "amt99", "anzahl": "x"}, {"amt": "amt10"}, "amt20", {"anzahl": 1}]
    copies = Field(name="blatt", type="record", label=Text("Blatt", "sheet"), many=True, parts=(office, number))
    reasons = compile_fields((copies,))({"blatt": rows}, TOWN)
    assert isinstance(reasons, tuple)
    places = [(one.code, one.params["number"], one.params.get("part")) for one in reasons]
    assert places == [
        ("field_record_wrong", 1, "amt"),
        ("field_record_wrong", 1, "anzahl"),
        ("field_not_a_record", 3, None),
        ("field_record_wrong", 4, "amt"),
    ]
    assert reasons[3].text("de") == "„blatt“ Nr. 4 stimmt nicht: „amt“ fehlt. Bitte „amt“ angeben."
    assert reasons[1].text("en").startswith('"blatt" no. 1 is wrong: "anzahl" must be a whole number, not "x".')
    assert reasons[2].text("de").startswith("„blatt“ Nr. 3 ")


def test_each_wrong_item_of_a_list_is_named_by_itself() -> None:
    reasons = compile_fields((field("office", many=True),))({"feld": ["amt10", "amt98", "amt99"]}, TOWN)
    assert [one.params["value"] for one in reasons if isinstance(one, Reason)] == ["amt98", "amt99"]


def test_a_refusal_shows_only_the_beginning_of_a_wrong_value() -> None:
    (reason,) = compile_fields((field("office"),))({"feld": "x" * 10_000}, TOWN)
    assert isinstance(reason, Reason)
    assert len(reason.text()) < 400


@pytest.mark.parametrize(
    ("value", "shown"), [(["hoch", "tief"], "hoch, tief"), ({"wie": "hoch"}, '{"wie": "hoch"}'), (True, "true")]
)
def test_a_wrong_value_is_shown_as_it_was_written(value: Any, shown: str) -> None:
    assert told("choice", value, "de") == f"„{shown}“ ist für „feld“ nicht vorgesehen."


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from([*TYPES, "fremd"]), JSON), st.booleans())
def test_whatever_is_handed_in_is_refused_or_can_be_kept(data: dict[str, Any], many: bool) -> None:
    validate = compile_fields(tuple(field(kind, kind, many=many, required=False) for kind in TYPES))
    result = validate(data, TOWN)
    if isinstance(result, tuple):
        assert all(reason.text() and reason.remedy("en") is not None for reason in result)
    else:
        canonical(result).encode()
        assert validate(result, TOWN) == result


@pytest.mark.parametrize("given", ["Radweg\nHengsteysee", "Radweg\r\n Hengsteysee\t", "Radweg Hengsteysee"])
def test_a_title_is_made_one_line_and_other_text_stays(given: str) -> None:
    assert check("text", given, column="name") == "Radweg Hengsteysee"
    assert check("text", given) == given


def told(kind: FieldType, value: Any, lang: Lang) -> str:
    reasons = compile_fields((field(kind),))({"feld": value}, TOWN)
    assert isinstance(reasons, tuple)
    return reasons[0].text(lang)


def test_a_day_that_the_calendar_does_not_know_is_no_wrong_form() -> None:
    assert told("date", "2027-02-31", "de") == "Den Tag 31.02.2027 („feld“) gibt es nicht."
    assert told("date", "2027-02-31", "en") == 'There is no such day as 2027-02-31 ("feld").'
    assert "JJJJ-MM-TT" in told("date", "demnächst", "de")


def test_a_part_that_is_a_choice_is_refused_with_what_there_is_to_choose_from() -> None:
    role = Field(name="rolle", type="choice", label=Text("Rolle", "role"), choices=("anhoerung", "vorberatung"))
    reasons = compile_fields((field("record", parts=(role,)),))({"feld": {"rolle": "foo"}}, TOWN)
    assert isinstance(reasons, tuple)
    assert "Zur Wahl stehen: anhoerung, vorberatung." in reasons[0].text("de")
    assert "The choices are: anhoerung, vorberatung." in reasons[0].text("en")
