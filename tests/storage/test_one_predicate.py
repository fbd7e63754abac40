"""The same reader and the same case: the same yes or no, whichever output is asked; on both databases."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

import pytest

from tests.helpers.house import ASKER, CLERK, DRAFT, LEAD, MAYOR, SUPERVISOR, House
from vorgang.config.errors import NotFoundError
from vorgang.notifications.papers.press import Wish
from vorgang.states.overrides import Override
from vorgang.states.queries import Filter
from vorgang.states.visibility import Reader
from vorgang.workflow.case_files import files
from vorgang.workflow.papers import render_paper
from vorgang.workflow.reading_rights import require, seen, seen_view, visible
from vorgang.workflow.search import Wanted, search
from vorgang.workflow.similar import Inquiry, similar

WORD = "Quittenallee"
ANSWERS = [{"frage": "Wie ist der Sachstand?", "antwort": "Ganz anders."}]
READERS = ("public", ASKER, LEAD, "beispiel41", "beispiel48", CLERK, MAYOR, SUPERVISOR, "elsewhere")
#: Nothing, the paper, the paper and its answer, everything.
NOTHING, PAPER, ANSWER, WORK = "-", "p", "a", "w"


class Standing(NamedTuple):
    """How a case stands, and what each of `READERS` may see of it."""

    name: str
    #: Brings a case there; its id.
    made: Callable[[House], str]
    may: str


def asked(house: House, **more: Any) -> dict[str, Any]:
    return {"betreff": f"{WORD} im Frühjahr", **more}


def signed(house: House, **more: Any) -> str:
    """Signed, with amt41 as the only office besides the lead."""
    case = house.ask(**asked(house, **more))
    house.fire(case, "zulassen")
    house.fire(case, "zuweisen", federfuehrung="amt01", beteiligt=["amt41"])
    house.fire(case, "annehmen", LEAD)
    answers = [{"frage": "Wie ist der Sachstand?", "antwort": "Gut."}]
    house.fire(case, "entwurf_ablegen", LEAD, entwurf=DRAFT, antworten=answers)
    house.fire(case, "in_mitzeichnung_geben", LEAD)
    house.cosign(case, "amt41")
    house.fire(case, "unterzeichnen", MAYOR)
    return case


def set_back(house: House, case: str, state: str, **data: Any) -> None:
    """The supervisor sets it there by hand."""
    due = {"antwort": date(2024, 2, 1)}
    house.workflow.override(Override(case, state, "so", house.actor(SUPERVISOR), due, data))


def published(house: House, **more: Any) -> str:
    case = signed(house, **more)
    house.fire(case, "veroeffentlichen", veroeffentlichung="oeffentlich")
    return case


def never_public(house: House) -> str:
    return signed(house, oeffentlich=False)


def answered_in_confidence(house: House) -> str:
    case = signed(house)
    house.fire(case, "veroeffentlichen", veroeffentlichung="nichtoeffentlich")
    return case


def locked(house: House) -> str:
    case = signed(house)
    house.fire(case, "sperren", gesperrt_bis="2024-01-12")
    return case


def lock_over(house: House) -> str:
    case = locked(house)
    house.wait("2024-01-13", case)
    return case


def reopened(house: House) -> str:
    """Set back by hand after it was published; its answer is still the one that everybody has seen."""
    case = published(house)
    set_back(house, case, "in_bearbeitung")
    return case


def drafted_anew(house: House) -> str:
    case = reopened(house)
    house.fire(case, "entwurf_ablegen", LEAD, entwurf={**DRAFT, "sha256": "1" * 64}, antworten=ANSWERS)
    return case


def signed_anew(house: House) -> str:
    case = drafted_anew(house)
    house.fire(case, "in_mitzeichnung_geben", LEAD)
    house.cosign(case, "amt41")
    house.fire(case, "unterzeichnen", MAYOR)
    return case


def published_anew(house: House) -> str:
    case = signed_anew(house)
    house.fire(case, "veroeffentlichen", veroeffentlichung="oeffentlich")
    return case


def written_by_hand(house: House) -> str:
    """Nobody has signed what the supervisor has put there, however public the case is."""
    case = published(house)
    set_back(house, case, "beantwortet", antworten=ANSWERS)
    return case


def made_known_by_hand(house: House) -> str:
    case = signed(house)
    set_back(house, case, "beantwortet", veroeffentlichung="oeffentlich")
    return case


def lock_over_of_an_answer_by_hand(house: House) -> str:
    case = locked(house)
    set_back(house, case, "gesperrt", antworten=ANSWERS)
    house.wait("2024-01-13", case)
    return case


def lock_by_hand(house: House) -> str:
    """A clock that was cancelled has lifted nothing; and the day itself is not moved by hand either."""
    case = locked(house)
    set_back(house, case, "zur_unterschrift", gesperrt_bis="2024-01-07")
    return case


def lock_by_hand_over(house: House) -> str:
    case = lock_by_hand(house)
    house.wait("2024-01-13", case)
    return case


def made_known_in_spite_of_the_lock(house: House) -> str:
    case = lock_by_hand(house)
    house.fire(case, "unterzeichnen", MAYOR)
    house.fire(case, "veroeffentlichen", veroeffentlichung="oeffentlich")
    return case


def withdrawn(house: House) -> str:
    case = published(house)
    house.fire(case, "veroeffentlichung_zuruecknehmen", grund="so")
    return case


def again(house: House) -> str:
    case = withdrawn(house)
    house.fire(case, "wieder_veroeffentlichen", grund="so")
    return case


# readers: public asker lead amt41 amt48 clerk mayor supervisor elsewhere
STANDINGS = [
    Standing("public", signed, "ppwwpwwwp"),
    Standing("answered", published, "aawwawwwa"),
    Standing("never_public", never_public, "-pww-www-"),
    Standing("answered_in_confidence", answered_in_confidence, "-aww-www-"),
    Standing("locked", locked, "-pwwpwww-"),
    Standing("lock_over", lock_over, "aawwawwwa"),
    Standing("lock_by_hand", lock_by_hand, "-pwwpwww-"),
    Standing("lock_by_hand_over", lock_by_hand_over, "ppwwpwwwp"),
    Standing("made_known_in_spite_of_the_lock", made_known_in_spite_of_the_lock, "aawwawwwa"),
    Standing("lock_over_of_an_answer_by_hand", lock_over_of_an_answer_by_hand, "ppwwpwwwp"),
    Standing("reopened", reopened, "aawwawwwa"),
    Standing("drafted_anew", drafted_anew, "ppwwpwwwp"),
    Standing("signed_anew", signed_anew, "ppwwpwwwp"),
    Standing("published_anew", published_anew, "aawwawwwa"),
    Standing("written_by_hand", written_by_hand, "ppwwpwwwp"),
    Standing("made_known_by_hand", made_known_by_hand, "ppwwpwwwp"),
    Standing("withdrawn", withdrawn, "-aww-www-"),
    Standing("again", again, "aawwawwwa"),
]


@pytest.fixture
def town(house: House) -> Iterator[House]:
    """A town of its own in the shared house."""
    house.body = house.found_town()
    yield house
    house.body = "hagen"


def reader_of(house: House, who: str) -> Reader:
    if who == "public":
        return house.workflow.reader(house.body)
    if who == "elsewhere":  # an office of the same name in another town
        return house.workflow.reader("hagen", LEAD)
    return house.workflow.reader(house.body, who)


class Looked(NamedTuple):
    """What one reader sees of one case, through one output after the other."""

    house: House
    case: str
    reader: Reader

    def _is(self, work: Callable[[], object]) -> bool:
        try:
            work()
        except NotFoundError:
            return False
        return True

    def content(self) -> dict[str, bool]:
        """Whether each output knows the case."""
        workflow, case, reader, body = self.house.workflow, self.case, self.reader, self.house.body
        hits = search(workflow, WORD, Wanted(body=body), reader=reader).hits
        alike = similar(workflow, Inquiry(WORD), body, reader=reader)
        listed = seen(workflow, workflow.cases(Filter(body=body)), reader)
        return {
            "predicate": visible(workflow, [case], reader) == {case},
            "show": self._is(lambda: seen_view(workflow, case, reader)),
            "require": self._is(lambda: require(workflow, case, reader, asked=case)),
            "files": self._is(lambda: files(workflow, case, reader)),
            "list": case in {one.case.id for one in listed},
            "search": case in {hit.case_id for hit in hits},
            "similar": case in {one.hit.case_id for one in alike},
        }

    def answer(self) -> dict[str, bool]:
        """Whether each output tells the answer."""
        workflow, case, reader, body = self.house.workflow, self.case, self.reader, self.house.body
        hits = search(workflow, WORD, Wanted(body=body), reader=reader).hits
        alike = similar(workflow, Inquiry(WORD), body, reader=reader)
        listed = seen(workflow, workflow.cases(Filter(body=body)), reader)
        return {
            "list": any("antworten" in one.case.facts for one in listed if one.case.id == case),
            "search": any(hit.answered for hit in hits if hit.case_id == case),
            "similar": any(one.answers for one in alike if one.hit.case_id == case),
            "paper": self._is(lambda: render_paper(workflow, case, Wish(form="html"), reader=reader)),
        }

    def work(self) -> dict[str, bool]:
        """Whether each output tells of the work on it."""
        workflow, case, reader, body = self.house.workflow, self.case, self.reader, self.house.body
        hits = search(workflow, WORD, Wanted(body=body), reader=reader).hits
        listed = seen(workflow, workflow.cases(Filter(body=body)), reader)
        return {
            "list": any(one.everything for one in listed if one.case.id == case),
            "require": self._is(lambda: require(workflow, case, reader, asked=case, everything=True)),
            "search": any(hit.state is not None for hit in hits if hit.case_id == case),
            "verfuegung": self._is(lambda: render_paper(workflow, case, Wish("verfuegung", "html"), reader=reader)),
        }


@pytest.mark.parametrize("standing", STANDINGS, ids=[one.name for one in STANDINGS])
def test_every_output_says_the_same_to_the_same_reader(town: House, standing: Standing) -> None:
    case = standing.made(town)
    for who, may in zip(READERS, standing.may, strict=True):
        looked = Looked(town, case, reader_of(town, who))
        assert set(looked.content().values()) == {may != NOTHING}, (who, looked.content())
        assert set(looked.answer().values()) == {may in {ANSWER, WORK}}, (who, looked.answer())
        assert set(looked.work().values()) == {may == WORK}, (who, looked.work())


@pytest.mark.parametrize("made", [never_public, withdrawn, published], ids=["never_public", "withdrawn", "published"])
def test_a_co_signature_is_for_those_who_may_see_its_case_and_never_for_the_public(town: House, made: Any) -> None:
    """A child, and one that stands in a state of which the public is told nothing."""
    case = made(town)
    [child] = town.children(case, "mitzeichnung", every=True)
    public = made is published
    may = dict(zip(READERS, (False, public, True, True, public, True, True, True, False), strict=True))
    may[ASKER] = visible(town.workflow, [child.id], reader_of(town, ASKER)) == {child.id}
    for who in READERS:
        reader = reader_of(town, who)
        looked = {
            "predicate": visible(town.workflow, [child.id], reader) == {child.id},
            "children": any(
                one.case.id == child.id for one in seen(town.workflow, [town.workflow.case(child.id).case], reader)
            ),
            "list": child.id
            in {one.case.id for one in seen(town.workflow, town.workflow.cases(Filter(body=town.body)), reader)},
        }
        assert set(looked.values()) == {may[who]}, (who, looked)
