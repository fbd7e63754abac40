"""What documents do to cases: open them once, find theirs again, and keep the original, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

import pytest

from tests.helpers.house import CLERK, LEAD, START, House
from vorgang.config.errors import NotFoundError, RefusedError
from vorgang.states.documents import documents_of
from vorgang.states.files import read_file
from vorgang.states.ids import new_id
from vorgang.workflow.intake.desk import Desk, Taken, Wish
from vorgang.workflow.intake.pages import Line, Pages
from vorgang.workflow.intake.taking import Taking
from vorgang.workflow.intake.understood import Understood
from vorgang.workflow.reading_rights import seen_view

LETTER = Understood(
    kind="anfrage",
    paper_type="Anfrage",
    subject="Radweg am Hengsteysee",
    date=date(2024, 1, 2),
    originator="Vorsitzender Severcan",
    questions=("Wann wird gebaut?",),
)


def taking(said: Understood = LETTER, text: str | None = None) -> Taking:
    content = (text or new_id(START)).encode()
    pages = Pages("brief.txt", "text/plain", sha256(content).hexdigest(), len(content), (Line(content.decode(), 1),))
    return Taking(pages, content, said)


def desk(house: House, person: str = CLERK) -> Desk:
    return Desk(house.workflow, house.body, house.actor(person))


def numbered(number: str, **more: Any) -> Understood:
    return replace(LETTER, number=number, **more)


def test_a_letter_opens_an_inquiry_with_what_it_says(house: House) -> None:
    taken = desk(house).take(taking(numbered("4001/2024")), Wish())
    case = house.workflow.case(taken.case_id).case
    assert (taken.relation, case.number, case.subject) == ("opened", "4001/2024", "Radweg am Hengsteysee")
    assert (case.facts["fragesteller"], case.facts["fragen"]) == ("severcan", ["Wann wird gebaut?"])
    assert case.facts["eingang"] == "2024-01-08"


def test_the_original_is_kept_and_found_through_its_case(house: House) -> None:
    document = taking()
    taken = desk(house).take(document, Wish())
    with house.database.reading() as connection:
        (known,) = documents_of(connection, taken.case_id)
        assert read_file(connection, house.body, known.sha256) == document.content
    assert (known.name, known.relation, known.taken_by) == ("brief.txt", "opened", CLERK)
    assert house.workflow.case(taken.case_id).case.facts["anfrage"]["sha256"] == known.sha256


def test_the_same_content_is_not_opened_twice(house: House) -> None:
    document = taking()
    first, again = (desk(house).take(document, Wish()) for _ in range(2))
    assert again == Taken("known", first.case_id)
    assert desk(house).plan(document, Wish()).before is not None


def test_another_copy_of_a_paper_goes_to_the_case_with_its_number(house: House) -> None:
    first = desk(house).take(taking(numbered("4002/2024")), Wish())
    again = desk(house).take(taking(numbered("4002_2024")), Wish())
    assert again == Taken("same", first.case_id)


def test_an_answer_goes_to_the_inquiry_that_it_names(house: House) -> None:
    inquiry = desk(house).take(taking(numbered("4003/2024")), Wish())
    reply = Understood(kind="stellungnahme", number="S4003/24", parent_number="4003/2024")
    assert desk(house).take(taking(reply), Wish()) == Taken("reply", inquiry.case_id)


def test_an_answer_with_the_number_of_its_inquiry_goes_there_too(house: House) -> None:
    inquiry = desk(house).take(taking(numbered("4004/2024")), Wish())
    assert desk(house).take(taking(Understood(kind="stellungnahme", number="4004/2024")), Wish()) == Taken(
        "reply", inquiry.case_id
    )


def test_a_follow_up_is_linked_to_its_inquiry(house: House) -> None:
    first = desk(house).take(taking(numbered("4005/2024")), Wish())
    second = desk(house).take(taking(numbered("4005/2024-1", parent_number="4005/2024")), Wish())
    assert second.case_id != first.case_id
    (line, *_) = house.workflow.history(second.case_id)
    assert (line.data or {})["bezug"] == first.case_id


def test_what_opens_nothing_and_belongs_nowhere_is_refused(house: House) -> None:
    with pytest.raises(RefusedError) as refused:
        desk(house).plan(taking(Understood(kind="stellungnahme", number="9999/2024")), Wish())
    assert refused.value.code == "taking_no_lifecycle"
    assert "anfrage" in refused.value.text() + refused.value.remedy()


def test_a_document_of_no_kind_opens_what_is_named(house: House) -> None:
    taken = desk(house).take(taking(replace(LETTER, kind=None)), Wish(lifecycle="anfrage"))
    assert house.workflow.case(taken.case_id).case.lifecycle == "anfrage"
    with pytest.raises(NotFoundError):
        desk(house).plan(taking(), Wish(lifecycle="anfrge"))


def test_every_field_left_open_is_named_and_nothing_is_written(house: House) -> None:
    document = taking(Understood(kind="anfrage", originator="Wer Auchimmer", questions=("Warum?",)))
    with pytest.raises(RefusedError) as refused:
        desk(house).take(document, Wish())
    assert [reason.code for reason in refused.value.refusal.reasons] == [
        "taking_field_open",
        "taking_field_open",
        "taking_party_unknown",
    ]
    said = refused.value.text()
    assert "Betreff" in said
    assert "Wer Auchimmer" in said
    with house.database.reading() as connection, pytest.raises(NotFoundError):
        read_file(connection, house.body, document.pages.sha256)


def test_who_may_not_register_takes_nothing_in(house: House) -> None:
    document = taking()
    with pytest.raises(RefusedError) as refused:
        desk(house, LEAD).take(document, Wish())
    assert refused.value.code == "role_missing"
    assert desk(house).plan(document, Wish()).relation == "opened"


def test_two_who_take_in_the_same_document_at_once_open_one_case(house: House) -> None:
    document = taking()
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda _: desk(house).take(document, Wish()), range(8)))
    assert len({one.case_id for one in taken}) == 1
    assert sorted(one.relation for one in taken) == ["known"] * 7 + ["opened"]


@pytest.mark.parametrize(
    ("kind", "number"),
    [("aenderungsantrag", "4116/2024"), ("ergaenzungsantrag", "4117/2024"), ("alternativantrag", "4118/2024")],
)
def test_an_amendment_opens_a_motion_that_is_linked_to_its_parent(house: House, kind: str, number: str) -> None:
    first = desk(house).take(taking(numbered(number)), Wish())
    amendment = numbered(f"{number}-1", kind=kind, parent_number=number, text="Mehr Licht.")
    plan = desk(house).plan(taking(amendment), Wish())
    assert plan.parent == (first.case_id, number)
    taken = desk(house).take(taking(amendment), Wish())
    assert house.workflow.case(taken.case_id).case.lifecycle == "antrag"
    assert [one.case.id for one in seen_view(house.workflow, taken.case_id, None).follows] == [first.case_id]
    assert [one.case.id for one in seen_view(house.workflow, first.case_id, None).followed_by] == [taken.case_id]


def test_a_question_of_a_resident_opens_an_inquiry(house: House) -> None:
    taken = desk(house).take(taking(replace(LETTER, kind="einwohnerfrage")), Wish())
    assert house.workflow.case(taken.case_id).case.lifecycle == "anfrage"


def test_a_link_to_what_a_reader_may_not_see_is_not_told(house: House) -> None:
    first = desk(house).take(taking(numbered("4120/2024")), Wish())
    follow_up = numbered("4120/2024-1", parent_number="4120/2024", public=True)
    second = desk(house).take(taking(follow_up), Wish())
    everybody = house.workflow.reader(house.body)
    assert seen_view(house.workflow, second.case_id, everybody).follows == []
    house.fire(first.case_id, "oeffentlich_stellen", CLERK)
    assert [one.case.id for one in seen_view(house.workflow, second.case_id, everybody).follows] == [first.case_id]


def test_two_copies_of_a_letter_that_come_at_once_open_one_case(house: House) -> None:
    copies = [taking(text=f"Ein Brief ohne Nummer über den Uferweg{chr(10) * n}") for n in range(1, 6)]
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda copy: desk(house).take(copy, Wish()), copies))
    assert len({one.case_id for one in taken}) == 1
    assert sorted(one.relation for one in taken) == ["alike"] * 4 + ["opened"]


def test_a_copy_that_is_to_be_opened_again_is_and_the_next_one_goes_to_the_first(house: House) -> None:
    one, other, third = (taking(text=f"Noch ein Brief über den Uferweg{chr(10) * n}") for n in range(1, 4))
    first, second = desk(house).take(one, Wish()), desk(house).take(other, Wish(again=True))
    assert second.relation == "opened"
    assert desk(house).take(third, Wish()) == Taken("alike", first.case_id)
