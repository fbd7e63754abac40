"""The house at work on a real database: the city of Hagen, its people, and an Anfrage brought into any state by events.

One database serves many tests: each has cases of its own, and a town of its own where it looks at lists.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from vorgang.config.errors import RefusedError
from vorgang.config.profile_files import load_profiles
from vorgang.config.profiles import Membership
from vorgang.states.database import Database, Options
from vorgang.states.engine import Fired
from vorgang.states.files import keep_file
from vorgang.states.ids import new_id
from vorgang.states.queries import CaseSummary
from vorgang.states.step import Actor
from vorgang.states.tables import DeadlineRow, MessageRow, table_of
from vorgang.workflow.absences import Away, enter
from vorgang.workflow.master_data import import_profile
from vorgang.workflow.seen_drafts import shown_draft
from vorgang.workflow.setup import Setup
from vorgang.workflow.workflow import Workflow

#: A Monday morning in Hagen.
START = datetime(2024, 1, 8, 8, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
DRAFT = {"name": "entwurf.docx", "media_type": "application/msword", "sha256": "0" * 64, "size": 5}
#: Nothing here is about surviving a power cut.
HASTY = Options(synchronous="NORMAL")

_message, _deadline = table_of(MessageRow), table_of(DeadlineRow)

CLERK, LEAD, MAYOR, ASKER, SUPERVISOR = "randt", "beispiel01", "schulz", "severcan", "aufsicht"
#: A motion as it is opened.
MOTION: dict[str, Any] = {
    "betreff": "Netzwerk für die Partnerstädte",
    "schreiben_vom": "2024-01-04",
    "eingang": "2024-01-05",
    "fragesteller": ASKER,
    "beschlussvorschlag": ["Die Verwaltung gründet ein Netzwerk."],
}
#: What is entered from the day of the session on.
OF_THE_SESSION = frozenset({"zur_kenntnis_nehmen", "beschliessen", "empfehlen", "ablehnen"})
#: Who co-signs for which office.
COSIGNERS = {"amt41": "beispiel41", "amt48": "beispiel48"}


class Wall:
    """A clock on the wall that a test sets as it likes."""

    def __init__(self) -> None:
        self.instant = START

    def now(self) -> datetime:
        return self.instant


class Ahead(NamedTuple):
    """An event on the way of an Anfrage: what, by whom, with what."""

    event: str
    person: str
    data: dict[str, Any]


#: The way of an Anfrage: from which state to which, by which event.
WAY: dict[str, tuple[str, Ahead]] = {
    "in_ergaenzung": ("eingegangen", Ahead("zur_ergaenzung_zurueckgeben", CLERK, {"grund": "unklar"})),
    "zugelassen": ("eingegangen", Ahead("zulassen", CLERK, {})),
    "zugewiesen": ("zugelassen", Ahead("zuweisen", CLERK, {"federfuehrung": "amt01", "beteiligt": list(COSIGNERS)})),
    "in_bearbeitung": ("zugewiesen", Ahead("annehmen", LEAD, {})),
    "mit_entwurf": ("in_bearbeitung", Ahead("entwurf_ablegen", LEAD, {"entwurf": DRAFT})),
    "in_mitzeichnung": ("mit_entwurf", Ahead("in_mitzeichnung_geben", LEAD, {})),
    "unterzeichnet": ("zur_unterschrift", Ahead("unterzeichnen", MAYOR, {"unterzeichnet_am": "2024-01-08"})),
    "beantwortet": ("unterzeichnet", Ahead("veroeffentlichen", CLERK, {"veroeffentlichung": "oeffentlich"})),
    "gesperrt": (
        "unterzeichnet",
        Ahead("sperren", CLERK, {"gesperrt_bis": "2024-01-12"}),
    ),
}


class House:
    """Hagen on one database, with a clock on the wall."""

    def __init__(self, url: str, setup: Setup | None = None) -> None:
        self.url = url
        self.wall = Wall()
        self.setup = (setup or Setup())._replace(clock=self.wall, options=HASTY)
        self.workflow = Workflow.open(url, self.setup)
        self.body = self.found_town("hagen")

    @property
    def database(self) -> Database:
        return self.workflow.database

    def close(self) -> None:
        self.workflow.close()

    def found_town(
        self, key: str | None = None, rules: str = "hagen", land: str = "NW", sits: Sequence[str] = ()
    ) -> str:
        """A town like Hagen, with nothing in it yet, and these in its Integrationsrat besides; its key."""
        key, base, more = (
            key or f"stadt-{new_id(START)}",
            load_profiles().get("hagen"),
            Membership(organization="integrationsrat"),
        )
        persons = tuple(
            replace(one, memberships=(*one.memberships, more)) if one.key in sits else one for one in base.persons
        )
        import_profile(self.workflow, replace(base, key=key, rules=rules, land=land, persons=persons))
        return key

    # --- acting ---

    def actor(self, person: str, *, on_behalf_of: str | None = None) -> Actor:
        return self.workflow.actor(self.body, person, on_behalf_of=on_behalf_of)

    def away(self, person: str, deputy: str | None = None, *, until: str = "2024-01-19") -> None:
        """The person is away from today on; the town should be one of the test's own."""
        days = (self.workflow.today(self.body), date.fromisoformat(until))
        enter(self.workflow, self.body, Away(person, *days, deputy), self.actor(CLERK))

    def ask(self, **more: Any) -> str:
        """A new Anfrage; its id."""
        return self.open("anfrage", CLERK, **letter(**more)).case.id

    def open(self, lifecycle: str, person: str = CLERK, *, key: str | None = None, **data: Any) -> Fired:
        return self.workflow.open_case(lifecycle, body=self.body, actor=self.actor(person), data=data, key=key)

    def fire(self, case_id: str, event: str, person: str = CLERK, **data: Any) -> Fired:
        """Make an event happen; a draft answers every question, unless something else is said of it."""
        if event == "entwurf_ablegen":
            data = {**self.answers(case_id), **data}
        if event in OF_THE_SESSION:
            self.reach(case_id)
        return self.workflow.fire(case_id, event, actor=self.actor(person), data=self.seen(case_id, event, data))

    def reach(self, stop: str) -> None:
        """It is the day of the session of a consultation, unless that has passed: earlier nobody can note anything."""
        for name, status, day in self.clocks(stop):
            if (name, status) == ("sitzung", "running"):
                self.wall.instant = max(self.wall.instant, local(day.isoformat()))

    def seen(self, case_id: str, event: str, data: dict[str, Any]) -> dict[str, Any]:
        """The data with the draft that whoever signs has just been shown, unless they say otherwise."""
        return seen(self.workflow, case_id, event, data)

    def answers(self, case_id: str) -> dict[str, Any]:
        """An answer to each question of a case, as somebody types them in beside the draft."""
        return answers_in(self.workflow, case_id)

    def at(self, state: str, *, drafted: Any = None, **more: Any) -> str:
        """An Anfrage brought into `state` by the real events; `more` is said at its registration."""
        case_id = self.ask(**more)
        self.bring(case_id, state, drafted)
        return case_id

    def text_draft(self, text: str, name: str = "antwort.txt") -> dict[str, Any]:
        """What is said when a draft is filed that is a plain text."""
        with self.database.writing() as connection:
            kept = keep_file(connection, self.body, (name, "text/plain", text.encode()), START)
        return {"entwurf": kept.value()}

    def bring(self, case_id: str, state: str, drafted: Mapping[str, Any] | None = None) -> None:
        """Bring an Anfrage that has just been registered into `state`; `drafted` is said when its draft is filed."""
        if state == "eingegangen":
            return
        if state == "zur_unterschrift":
            self.bring(case_id, "in_mitzeichnung", drafted)
            self.cosign(case_id)
        elif state == "in_beratung":
            self.bring(case_id, "beantwortet", drafted)
            self.schedule(case_id, "integrationsrat")
        else:
            before, ahead = WAY[state]
            self.bring(case_id, before, drafted)
            said = drafted if state == "mit_entwurf" and drafted is not None else ahead.data
            self.fire(case_id, ahead.event, ahead.person, **said)

    def cosign(self, case_id: str, *offices: str) -> None:
        """The co-signatures of these offices, or of all that are asked."""
        for child in self.children(case_id, "mitzeichnung"):
            office = child.facts["amt"]
            if office in (offices or COSIGNERS):
                self.fire(child.id, "mitzeichnen", COSIGNERS[office])

    def schedule(self, case_id: str, *bodies: str, on: str = "2024-03-05") -> list[CaseSummary]:
        """Put the Anfrage on the agenda of these bodies; the stops, in that order."""
        stops = [{"gremium": body, "sitzung": on, "rolle": "kenntnisnahme"} for body in bodies]
        self.fire(case_id, "auf_tagesordnung_setzen", CLERK, beratungsfolge=stops)
        return self.children(case_id, "beratung")

    # --- time ---

    def clock(self, day: str, hour: int = 9, minute: int = 0) -> datetime:
        """It is now that time, in Hagen."""
        self.wall.instant = local(day, hour, minute)
        return self.wall.instant

    def wait(self, day: str, *cases: str, hour: int = 9) -> None:
        """Time passes until then; what falls due on these cases is done when it falls due."""
        until = local(day, hour)
        while (due := self._next(cases)) is not None and due <= until:
            self.wall.instant = max(self.wall.instant, due)
            for case_id in cases:
                self.workflow.tick(case_id)
        self.wall.instant = until

    def _next(self, cases: Sequence[str]) -> datetime | None:
        with self.database.reading() as connection:
            query = select(_deadline.c.next_at).where(_deadline.c.case_id.in_(cases), _deadline.c.next_at.is_not(None))
            return min(connection.execute(query).scalars(), default=None)

    # --- asking ---

    def state(self, case_id: str) -> str:
        return self.workflow.case(case_id).case.state

    def children(self, case_id: str, kind: str, *, every: bool = False) -> list[CaseSummary]:
        """The children of one kind; the open ones, unless `every`."""
        found = self.workflow.case(case_id).children
        return [child for child in found if child.child == kind and (every or child.closed_at is None)]

    def events(self, case_id: str) -> list[str]:
        return [line.event for line in self.workflow.history(case_id)]

    def clocks(self, case_id: str) -> list[tuple[str, str, date]]:
        """The deadlines of a case: name, status, due day."""
        return [(clock.name, clock.status, clock.due_on) for clock in self.workflow.case(case_id).deadlines]

    def told(self, case_id: str) -> list[tuple[str, str]]:
        """Whom the case has told, and from which template, in order."""
        return [(row["recipient"], row["template"]) for row in self.messages(case_id)]

    def messages(self, case_id: str) -> list[dict[str, Any]]:
        query = select(_message).where(_message.c.case_id == case_id).order_by(_message.c.occurrence, _message.c.id)
        with self.database.reading() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]


def refused(house: House, case_id: str, event: str, person: str = CLERK, **data: object) -> str:
    """The code with which an event is refused; nothing has changed, and nobody was told anything."""
    before = house.workflow.case(case_id), house.told(case_id)
    with pytest.raises(RefusedError) as caught:
        house.fire(case_id, event, person, **data)
    assert (house.workflow.case(case_id), house.told(case_id)) == before
    return caught.value.code


def seen(workflow: Workflow, case_id: str, event: str, data: dict[str, Any]) -> dict[str, Any]:
    """See `House.seen`."""
    shown = shown_draft(workflow, workflow.case(case_id).case, event)
    return {**(shown.said if shown else {}), **data}


def letter(**more: Any) -> dict[str, Any]:
    """What is asked for when an Anfrage is registered."""
    return {
        "betreff": "Sachstand Städtepartnerschaft",
        "schreiben_vom": "2023-12-05",
        "eingang": "2024-01-05",
        "fragesteller": ASKER,
        "fragen": ["Wie ist der Sachstand?"],
        **more,
    }


def answers_in(workflow: Workflow, case_id: str) -> dict[str, Any]:
    """What answers each question of a case (where nobody asks, a text), if its lifecycle wants to know."""
    case = workflow.case(case_id).case
    event = workflow.lifecycle(case.lifecycle, case.lifecycle_version).events["entwurf_ablegen"]
    questions = case.facts.get("fragen") or ["Sachverhalt"]
    answers = [{"frage": one, "antwort": "So ist es."} for one in questions]
    return {"antworten": answers} if any(field.name == "antworten" for field in event.ask) else {}


def local(day: str, hour: int = 9, minute: int = 0) -> datetime:
    """That time in Hagen, as an instant."""
    return datetime.combine(date.fromisoformat(day), time(hour, minute), tzinfo=BERLIN).astimezone(UTC)


def later(day: str, days: int) -> str:
    """The day so many days after `day`."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
