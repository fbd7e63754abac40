"""The predicate of visibility, over every combination of what is known of a case and who reads."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from typing import Any, NamedTuple

import pytest

from vorgang.states.blackening import Private
from vorgang.states.visibility import (
    Publicity,
    Reader,
    blackout_for,
    is_anonymised,
    is_answered,
    last_day,
    may_read_private,
    may_show_answer,
    may_show_attachment,
    may_show_content,
    may_show_everything,
    visible_attachments,
)

TODAY = date(2024, 3, 4)
#: The last day of an embargo, and whether it still binds today.
EMBARGOES = {None: False, TODAY: True, TODAY + timedelta(1): True, TODAY - timedelta(1): False}
#: What makes a case not public: each alone is enough.
SECRETS: dict[str, dict[str, Any]] = {
    "the case": {"cases": (False, True)},
    "the case above": {"cases": (True, False)},
    "the paper": {"records": (False,)},
    "the paper is gone": {"records": (None,)},
    "a fact": {"facts": ({"oeffentlich": False}, {})},
    "a fact above": {"facts": ({}, {"oeffentlich": False})},
    "the choice": {"facts": ({"veroeffentlichung": "nichtoeffentlich"}, {})},
}
READERS = {
    "public": Reader(inside=False, day=TODAY),
    "open channel in house": Reader(inside=True, day=TODAY),
    "asker": Reader(False, TODAY, frozenset({"asker", "faction"}), "hagen"),
    "stranger outside": Reader(False, TODAY, frozenset({"somebody"}), "hagen"),
    "lead office": Reader(True, TODAY, frozenset({"clerk", "amt01"}), "hagen"),
    "other office": Reader(True, TODAY, frozenset({"amt99"}), "hagen"),
    "office of the same name elsewhere": Reader(True, TODAY, frozenset({"amt01"}), "kiel"),
}
CONCERNED = {"asker", "lead office"}
INSIDE = {"lead office", "other office"}


class Known(NamedTuple):
    """One of all the cases there can be."""

    secret: str | None
    embargo: date | None
    internal: bool
    answered: bool

    @property
    def publicity(self) -> Publicity:
        usual: dict[str, Any] = {"cases": (True, True), "records": (True,), "facts": ({}, {})}
        return Publicity(
            **{**usual, **(SECRETS[self.secret] if self.secret else {})},
            embargoes=(self.embargo,) if self.embargo else (),
            concerned=frozenset({"faction", "amt01"}),
            internal=self.internal,
            answered=self.answered,
            body="hagen",
        )


def cases() -> Iterator[Known]:
    return (Known(*one) for one in product([None, *SECRETS], EMBARGOES, (False, True), (False, True)))


@pytest.mark.parametrize("who", READERS)
def test_the_content_of_every_case_for_every_reader(who: str) -> None:
    for case in cases():
        free = case.secret is None and (who in INSIDE or not (EMBARGOES[case.embargo] or case.internal))
        assert may_show_content(case.publicity, READERS[who]) is (who in CONCERNED or free), case


@pytest.mark.parametrize("who", READERS)
def test_the_answer_is_shown_outside_once_made_known_and_no_longer_locked(who: str) -> None:
    for case in cases():
        shown = may_show_content(case.publicity, READERS[who])
        unlocked = who in INSIDE or not EMBARGOES[case.embargo]
        expected = who == "lead office" or (shown and case.answered and unlocked)
        assert may_show_answer(case.publicity, READERS[who]) is expected, case


@pytest.mark.parametrize("who", READERS)
def test_the_work_on_a_case_is_for_those_concerned_in_the_house(who: str) -> None:
    assert {may_show_everything(case.publicity, READERS[who]) for case in cases()} == {who == "lead office"}


@pytest.mark.parametrize("who", READERS)
def test_an_attachment_is_shown_if_its_paper_is_and_it_is_not_withheld(who: str) -> None:
    reader = READERS[who]
    for case, own, day in product(cases(), (None, True, False), EMBARGOES):
        attachment = {"oeffentlich": own, "gesperrt_bis": day.isoformat() if day else None}
        shown = may_show_content(case.publicity, reader) and (own is not False or who in CONCERNED)
        unlocked = who in INSIDE or not (EMBARGOES[case.embargo] or EMBARGOES[day])
        assert may_show_attachment(case.publicity, attachment, reader) is (shown and unlocked), (case, attachment)


def test_a_content_that_is_withheld_under_one_name_is_not_shown_under_another() -> None:
    def attachment(name: str, sha256: str, **more: Any) -> dict[str, Any]:
        return {"datei": {"name": name, "sha256": sha256}, "titel": name, **more}

    known = Known(None, None, internal=False, answered=True).publicity
    listed = [attachment("a", "1"), attachment("b", "1", oeffentlich=False), attachment("c", "2")]
    assert [one["titel"] for one in visible_attachments(known, listed, READERS["public"])] == ["c"]
    assert visible_attachments(known, listed, READERS["lead office"]) == listed
    assert visible_attachments(known, "no list", READERS["public"]) == []


@pytest.mark.parametrize("inside", [False, True])
def test_mails_are_an_open_channel_and_carry_nothing_secret(inside: bool) -> None:
    for secret in SECRETS:
        known = Known(secret, None, internal=False, answered=True).publicity._replace(body=None)
        assert not may_show_content(known, Reader(inside=inside, day=TODAY)), secret


def test_what_says_nothing_of_an_embargo_has_none_and_what_is_no_day_has_no_end() -> None:
    assert (last_day(None), last_day("2024-03-04"), last_day("bald")) == (None, TODAY, date.max)


@pytest.mark.parametrize(
    ("facts", "answered"),
    [
        ({}, False),
        ({"veroeffentlichung": "nichtoeffentlich"}, True),
        ({"published_at": "2024-03-04T00:00:00Z"}, True),
    ],
)
def test_an_answer_is_made_known_by_a_choice_or_an_instant(facts: dict[str, str], answered: bool) -> None:
    assert is_answered(facts) is answered


# --- what is private ---

PRIVATE = Private(("Petra Müller",))
FILED = {"datei": {"name": "lageplan.pdf", "sha256": "0" * 64}}


@pytest.mark.parametrize(("name", "reader"), READERS.items())
def test_what_is_private_is_read_by_those_who_work_on_it_and_by_the_asker(name: str, reader: Reader) -> None:
    known = Known(None, None, internal=False, answered=True).publicity._replace(
        askers=frozenset({"faction"}), private=PRIVATE
    )
    may = name in CONCERNED
    assert may_read_private(known, reader) == may
    assert (blackout_for(known, reader) is None) == may
    assert (blackout_for(known._replace(private=None), reader), blackout_for(known, None)) == (None, None)
    assert is_anonymised(known, reader) != may
    outside = name not in CONCERNED and name not in INSIDE
    assert is_anonymised(known._replace(private=None), reader) == outside


@pytest.mark.parametrize(("name", "reader"), READERS.items())
@pytest.mark.parametrize("said", [FILED, {**FILED, "oeffentlich": None}, {**FILED, "oeffentlich": True}])
def test_a_file_of_a_case_with_private_data_is_for_others_only_if_it_is_marked_as_public(
    name: str, reader: Reader, said: dict[str, Any]
) -> None:
    usual = Known(None, None, internal=False, answered=True).publicity._replace(askers=frozenset({"asker"}))
    assert may_show_attachment(usual, said, reader)
    marked = said.get("oeffentlich") is True
    assert may_show_attachment(usual._replace(private=PRIVATE), said, reader) == (marked or name in CONCERNED)
