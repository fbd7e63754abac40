"""Papers are kept as they were issued: on both databases, for every later output."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, text

from tests.helpers.house import DRAFT, LEAD, House
from vorgang.config.errors import NotFoundError, StoreError
from vorgang.notifications.papers.press import Wish
from vorgang.notifications.papers.printing import FORMATS
from vorgang.states.document_tables import FileRow
from vorgang.states.issues import issues_of, keep_issue
from vorgang.states.tables import table_of
from vorgang.workflow.papers import issued_paper, issued_papers, render_paper

ANSWERED = {"entwurf": DRAFT, "antworten": [{"frage": "Wie ist der Sachstand?", "antwort": "Gut, sagt Petra Müller."}]}


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    made = House(database_url)
    yield made
    made.close()


def content(house: House, case: str, wish: Wish | None = None) -> bytes:
    return render_paper(house.workflow, case, wish).file.content


def later(house: House, case: str) -> None:
    """Something that would change what is set."""
    house.wall.instant += timedelta(days=1)
    house.schedule(case, "integrationsrat")


@pytest.mark.parametrize("form", FORMATS)
def test_what_was_issued_is_handed_out_byte_for_byte(house: House, form: Any) -> None:
    case = house.at("beantwortet", drafted=ANSWERED)
    wish = Wish(form=form)
    first = render_paper(house.workflow, case, wish)
    later(house, case)
    again = render_paper(house.workflow, case, wish)
    assert again == first
    assert first.issued_at is not None
    assert content(house, case, wish._replace(preview=True)) != first.file.content


def test_nothing_is_issued_before_it_is_signed_and_made_known(house: House) -> None:
    case = house.at("unterzeichnet", drafted=ANSWERED)
    for wish in (Wish(), Wish("verfuegung"), Wish("ausfertigung"), Wish(text="Anders."), Wish(preview=True)):
        assert render_paper(house.workflow, case, wish).issued_at is None
    house.fire(case, "veroeffentlichen", veroeffentlichung="oeffentlich")
    for wish in (Wish("verfuegung"), Wish(text="Anders."), Wish(preview=True)):
        assert render_paper(house.workflow, case, wish).issued_at is None
    assert issued_papers(house.workflow, case) == []


def test_each_form_is_an_issue_and_so_is_what_is_blacked_out(house: House) -> None:
    case = house.at("beantwortet", drafted=ANSWERED)
    for wish in (Wish(), Wish(anonymised=True), Wish(form="html"), Wish("ausfertigung"), Wish()):
        content(house, case, wish)
    found = [(one.key.kind, one.key.form, one.anonymised) for one in issued_papers(house.workflow, case)]
    assert found == [
        ("stellungnahme", "pdf", False),
        ("stellungnahme", "pdf", True),
        ("stellungnahme", "html", False),
        ("ausfertigung", "pdf", False),
    ]


def test_a_name_that_is_to_be_black_from_now_on_makes_another_issue(house: House) -> None:
    case = house.at("beantwortet", drafted=ANSWERED)
    wish = Wish(form="html", anonymised=True)
    assert b"Petra" in content(house, case, wish)
    house.fire(case, "papiere_verfuegen", privat=["Petra Müller"])
    assert b"Petra" not in content(house, case, wish)


def test_an_extract_follows_the_bodies_and_is_kept_in_between(house: House) -> None:
    case = house.at("beantwortet", drafted=ANSWERED)
    wish = Wish("ausfertigung", form="html")
    before = content(house, case, wish)
    later(house, case)
    after = content(house, case, wish)
    house.wall.instant += timedelta(days=1)
    assert before != after == content(house, case, wish)


def test_another_publication_makes_another_issue_and_the_first_one_stays(house: House) -> None:
    case = house.at("beantwortet", drafted=ANSWERED)
    first = content(house, case)
    later(house, case)
    for event in ("veroeffentlichung_zuruecknehmen", "wieder_veroeffentlichen"):
        house.wall.instant += timedelta(hours=1)
        house.fire(case, event, grund="Schreibfehler")
    second = content(house, case)
    assert second != first
    old, new = issued_papers(house.workflow, case)
    assert issued_paper(house.workflow, case, old.sha256[:12]).file.content == first
    assert issued_paper(house.workflow, case, new.sha256).file.content == second
    with pytest.raises(NotFoundError, match="00000000"):
        issued_paper(house.workflow, case, "0" * 8)


def test_an_interim_reply_is_kept_and_the_next_one_is_another(house: House) -> None:
    case = house.at("in_bearbeitung")
    wish = Wish("zwischenbescheid")
    for day in ("2024-02-16", "2024-02-23"):
        house.wall.instant += timedelta(days=1)
        house.fire(case, "zwischenbescheid", LEAD, grund="Es fehlt die Zulieferung.", neuer_termin=day)
        first = content(house, case, wish)
        house.fire(case, "papiere_verfuegen", ausfertigungen=[])
        assert content(house, case, wish) == first
    assert len({one.sha256 for one in issued_papers(house.workflow, case)}) == 2


def test_whoever_is_second_is_handed_what_the_first_one_kept(house: House) -> None:
    case = house.at("beantwortet", drafted=ANSWERED)
    first = content(house, case)
    (kept,) = issued_papers(house.workflow, case)
    with house.database.writing() as connection:
        assert keep_issue(connection, house.body, kept._replace(sha256="1" * 64), b"anders") == kept
        assert issues_of(connection, case) == [kept]
    assert content(house, case) == first


def test_what_was_issued_can_be_neither_changed_nor_taken_away(house: House) -> None:
    content(house, house.at("beantwortet", drafted=ANSWERED))
    for statement in ("UPDATE vorgang_issue SET name = ''", "DELETE FROM vorgang_issue"):
        with pytest.raises(StoreError), house.database.writing() as connection:
            connection.execute(text(statement))


def test_what_was_erased_is_not_set_anew(house: House) -> None:
    case = house.at("beantwortet", drafted=ANSWERED)
    house.clock("2024-01-20", 0, 30)  # in UTC it is the day before
    content(house, case)
    (kept,) = issued_papers(house.workflow, case)
    file = table_of(FileRow)
    with house.database.writing() as connection:
        connection.execute(delete(file).where(file.c.sha256 == kept.sha256))
    with pytest.raises(NotFoundError, match=kept.name) as caught:
        content(house, case)
    assert caught.value.code == "paper_issue_erased"
    assert caught.value.params["day"] == "2024-01-20"
    assert issued_papers(house.workflow, case) == [kept]
