"""A synthetic year of a town: its bodies, offices and people, made up by a seed, and a council office that works.

Every open case gets its next event from whoever it lies with, some days after it came there; the session calendar, the
reminders and the mails go on under the same virtual clock. Nothing here knows more than a user of the product.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select

from tests.helpers.house import seen
from vorgang.config.clock import VirtualClock
from vorgang.config.errors import RefusedError
from vorgang.config.profile_files import load_profiles
from vorgang.config.profiles import Membership, Organization, Person, Profile
from vorgang.config.settings import Settings
from vorgang.notifications.composer import Composer
from vorgang.notifications.mail import Mail
from vorgang.notifications.mailer import Handover
from vorgang.states.database import Options
from vorgang.states.queries import CaseSummary, Filter
from vorgang.states.records import RECORDS
from vorgang.states.tables import table_of
from vorgang.workflow.master_data import import_profile
from vorgang.workflow.office import Office, Post
from vorgang.workflow.setup import Setup
from vorgang.workflow.workflow import Workflow

BERLIN = ZoneInfo("Europe/Berlin")
BODY = "probestadt"
CLERK, MAYOR = "geschaeft", "spitze"
#: So many days a case lies with somebody before the next event, at most; and how many events one day brings it.
_PATIENCE, _A_DAY = 9, 2
#: Of so many sessions another day is found, on a Friday, on which nobody sits.
_MOVED = 0.05
#: So many offices get a list every week or month.
_LISTED = 3
#: What a body decides on, and does not only take note of.
_DECIDED = {"antrag", "beschlussvorlage"}


class Size(NamedTuple):
    """How much happens in the year."""

    bodies: int = 12
    offices: int = 10
    factions: int = 6
    inquiries: int = 300
    #: Papers besides: motions, reports, and proposals for resolutions.
    motions: int = 200
    reports: int = 200
    proposals: int = 100
    #: Questions that are asked in a session.
    oral: int = 60
    sessions: int = 150


class Sink:
    """Takes every mail and counts it."""

    connections = 4

    def __init__(self) -> None:
        self.mails: Counter[str] = Counter()

    def session(self) -> AbstractAsyncContextManager[Handover]:
        return self._open()

    @asynccontextmanager
    async def _open(self) -> Any:
        yield self

    async def send(self, mail: Mail) -> None:
        self.mails[mail.template] += 1


def town(size: Size) -> Profile:
    """A town with so many bodies, offices and factions; everybody is made up."""
    base = load_profiles().get("hagen")
    offices = [f"amt{number:02}" for number in range(1, size.offices + 1)]
    bodies = ["rat", *(f"ausschuss{number:02}" for number in range(1, size.bodies))]
    factions = [f"fraktion{number}" for number in range(1, size.factions + 1)]
    organizations = [
        *(_organization(key, "Gremium", "Parlament" if key == "rat" else "Ausschuss") for key in bodies),
        *(_organization(key, "Fraktion", "Fraktion") for key in factions),
        *(_organization(key, "Verwaltungsbereich", "Amt") for key in offices),
        *(_organization(key, "Verwaltungsbereich", "Stelle") for key in ("buero", "ob", "leitung", "aufsicht")),
    ]
    persons = [
        _person(CLERK, "buero"),
        _person(MAYOR, "ob"),
        *(_person(f"sb-{key}", key) for key in offices),
        *(_person(f"mitglied-{key}", key, *bodies[number :: size.factions]) for number, key in enumerate(factions)),
    ]
    functions = {
        "geschaeftsstelle": "buero",
        "oberbuergermeister": "ob",
        "verwaltungsleitung": "leitung",
        "aufsicht": "aufsicht",
        "ratsvorsitz": "ob",
    }
    return Profile(
        key=BODY,
        name="Probestadt",
        short_name="Probestadt",
        land=base.land,
        zone=base.zone,
        rules="neutral",
        sender="Probestadt <vorgang@probestadt.example>",
        functions=functions,
        numbers=base.numbers,
        organizations=tuple(organizations),
        persons=tuple(persons),
    )


def _organization(key: str, kind: str, classification: str) -> Organization:
    email = f"{key}@probestadt.example"
    return Organization(key=key, name=key.title(), organization_type=kind, classification=classification, email=email)


def _person(key: str, *where: str) -> Person:
    memberships = tuple(Membership(organization=one) for one in where)
    return Person(key=key, name=key.title(), email=f"{key}@probestadt.example", memberships=memberships)


@dataclass
class Year:
    """A year of the town, day by day."""

    url: str
    seed: int = 1
    size: Size = field(default_factory=Size)
    first: date = date(2025, 1, 1)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)  # makes things up, keeps no secret
        self.clock = VirtualClock(self._at(self.first))
        setup = Setup(clock=self.clock, upgrade=True, options=Options(synchronous="NORMAL"))
        self.workflow = Workflow.open(self.url, setup)
        self.profile = town(self.size)
        import_profile(self.workflow, self.profile)
        self.sink = Sink()
        self.office = Office(self.workflow, Settings(), Post(Composer, self.sink))
        self.bodies = [one.key for one in self.profile.organizations if one.organization_type == "Gremium"]
        self.offices = [one.key for one in self.profile.organizations if one.key.startswith("amt")]
        self.askers = [one.key for one in self.profile.persons if one.key.startswith("mitglied")]
        self.days = [self.first + timedelta(days) for days in range(365)]
        #: From which day on somebody does something in a case next.
        self.next: dict[str, date] = {}
        self.refused: Counter[str] = Counter()
        #: What people did, by lifecycle and event.
        self.events: Counter[tuple[str, str]] = Counter()
        self.opened = 0

    def close(self) -> None:
        self.workflow.close()

    def play(self, tell: Callable[[date], None] = lambda _day: None) -> None:
        """The whole year."""
        self._plan_sessions()
        for office in self.offices[:_LISTED]:
            self._open("amtsliste", {"amt": office})
        coming = self._coming()
        for day in self.days:
            self.clock.advance_to(max(self.clock.now(), self._at(day)))
            if day.weekday() < 5:
                for lifecycle, data in coming.get(day, ()):
                    self._come_in(lifecycle, data, day)
                self._work(day)
            self.office.scan()
            self.office.drain()
            tell(day)

    def _at(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, 9, tzinfo=BERLIN)

    # --- what comes ---

    def _plan_sessions(self) -> None:
        """Every body sits about once a month, on a Tuesday, Wednesday or Thursday; nobody in summer."""
        days = [day for day in self.days[20:] if day.weekday() in {1, 2, 3} and day.month not in {7, 8}]
        wanted = [(body, round_) for round_ in range(20) for body in self.bodies][: self.size.sessions]
        rounds = max(round_ for _, round_ in wanted) + 1
        for body, round_ in wanted:
            place = int(round_ * len(days) / rounds) + self.bodies.index(body)
            day = days[min(place, len(days) - 1)]
            data = {"gremium": body, "tag": day.isoformat(), "beginn": "17:00", "ende": "19:00", "ort": f"Saal {body}"}
            self._open("sitzung", data)

    def _coming(self) -> dict[date, list[tuple[str, dict[str, Any]]]]:
        """What comes in on which day."""
        working = [day for day in self.days if day.weekday() < 5]
        kinds = ["anfrage"] * self.size.inquiries + ["antrag"] * self.size.motions
        kinds += ["mitteilung"] * self.size.reports + ["beschlussvorlage"] * self.size.proposals
        kinds += ["muendliche_frage"] * self.size.oral
        coming: dict[date, list[tuple[str, dict[str, Any]]]] = {}
        for number, kind in enumerate(kinds, 1):
            day = self.random.choice(working)
            coming.setdefault(day, []).append((kind, self._paper(kind, number, day)))
        return coming

    def _paper(self, kind: str, number: int, day: date) -> dict[str, Any]:
        data: dict[str, Any] = {
            "nummer": f"{number:04}/{day.year}",
            "betreff": f"Sache {number}",
            "gremium": self.random.choice(self.bodies),
            "oeffentlich": self.random.random() < 0.9,
        }
        if kind in {"mitteilung", "beschlussvorlage"}:
            proposed = {"beschlussvorschlag": ["Es geschieht."]} if kind == "beschlussvorlage" else {}
            return {**data, **proposed, "federfuehrung": self.random.choice(self.offices), "unterzeichner": "ob"}
        data |= {
            "schreiben_vom": day.isoformat(),
            "eingang": day.isoformat(),
            "fragesteller": self.random.choice(self.askers),
        }
        wanted = (
            {"fragen": [f"Was ist mit Sache {number}?"]}
            if kind == "anfrage"
            else {"beschlussvorschlag": ["Es geschieht."]}
        )
        return data | wanted

    def _come_in(self, lifecycle: str, data: dict[str, Any], day: date) -> None:
        """A paper; a question for the next session of the body, if there is one."""
        if lifecycle != "muendliche_frage":
            self._open(lifecycle, data)
        elif (session := self.session_after(data["gremium"], day)) is not None:
            asked = {"betreff": data["betreff"], "frage": "Wie steht es damit?", "fragesteller": data["fragesteller"]}
            self._open(lifecycle, {**asked, "gremium": data["gremium"], "sitzung": session.isoformat()})

    def _open(self, lifecycle: str, data: dict[str, Any]) -> None:
        actor = self.workflow.actor(BODY, CLERK)
        self.workflow.open_case(lifecycle, body=BODY, actor=actor, data=data)
        self.opened += 1

    # --- who works ---

    def _work(self, day: date) -> None:
        """Whoever has something before them does it, or leaves it lying for a while."""
        for case in list(self.open_cases()):
            due = self.next.setdefault(case.id, day + timedelta(self.random.randint(0, _PATIENCE)))
            if case.lifecycle not in {"sitzung", "beratung"} and due > day:
                continue
            for _ in range(_A_DAY):
                if not self._act(case, day):
                    break
                case = self.workflow.case(case.id).case  # noqa: PLW2901  # as it is after the event
            self.next[case.id] = day + timedelta(self.random.randint(1, _PATIENCE))

    def open_cases(self) -> Iterator[CaseSummary]:
        """All that are open, in order of opening."""
        after: str | None = None
        while page := self.workflow.cases(Filter(body=BODY, open=True, limit=1000, after=after)):
            yield from page
            after = page[-1].id

    def _act(self, case: CaseSummary, day: date) -> bool:
        asked = self._asked(case, day)
        if asked is None:
            return False
        case_id, now = case.id, self.workflow.case(case.id).case
        if now != case:  # another case has changed it since the morning
            asked = self._asked(now, day)
        if asked is None:
            return False
        event, person, data = asked
        try:
            actor = self.workflow.actor(BODY, person)
            self.workflow.fire(case_id, event, actor=actor, data=seen(self.workflow, case_id, event, data))
        except RefusedError as error:
            self.refused[
                f"{case.lifecycle}.{event}: {error.refusal.code} {[r.code for r in error.refusal.reasons]}"
            ] += 1
            return False
        self.events[case.lifecycle, event] += 1
        return True

    def _asked(self, case: CaseSummary, day: date) -> "Wish | None":
        """What somebody does in a case today."""
        wish = _WISHES.get((case.lifecycle, case.state)) or _WISHES.get(("*", case.state))
        return wish(self, case, day) if wish and case.closed_at is None else None

    def lead(self, case: CaseSummary) -> str:
        """Who works on a case in its office."""
        return f"sb-{case.facts.get('federfuehrung') or case.facts.get('amt')}"

    def session_after(self, body: str, day: date) -> date | None:
        """The next session of a body that is far enough away."""
        found = self.workflow.directory.town(BODY).next_session(body, day + timedelta(10))
        return found.day if found else None

    def session_after_stop(self, case: CaseSummary, day: date) -> bool:
        """Whether the body of a consultation sits once more."""
        town = self.workflow.directory.town(BODY)
        return any(
            town.next_session(body, day) for body in self.bodies if body == self._column(case, "organization_key")
        )

    def day_of_session(self, case: CaseSummary) -> date | None:
        """The day of a session."""
        found = self._column(case, "meeting_date")
        return found if isinstance(found, date) else None

    def _column(self, case: CaseSummary, column: str) -> Any:
        """What the typed record of a case says."""
        table = table_of(RECORDS[{"sitzung": "meeting", "beratung": "consultation"}[case.lifecycle]])
        with self.workflow.database.reading() as connection:
            return connection.execute(select(table.c[column]).where(table.c.case_id == case.id)).scalar_one_or_none()


Wish = tuple[str, str, dict[str, Any]]
Wishes = Callable[[Year, CaseSummary, date], Wish | None]


def _simply(event: str, person: str = CLERK, **data: Any) -> Wishes:
    return lambda _year, _case, _day: (event, person, data)


def _assign(year: Year, _case: CaseSummary, _day: date) -> Wish:
    lead, *others = year.random.sample(year.offices, 3)
    return "zuweisen", CLERK, {"federfuehrung": lead, "beteiligt": others[: year.random.randint(0, 2)]}


def _accept(year: Year, case: CaseSummary, _day: date) -> Wish:
    if year.random.random() < 0.07:
        return "zustaendigkeit_ablehnen", year.lead(case), {"grund": "nicht zuständig"}
    return "annehmen", year.lead(case), {}


def _draft(year: Year, case: CaseSummary, day: date) -> Wish:
    if "entwurf" not in case.facts:
        questions = case.facts.get("fragen") or ["Sachverhalt"]
        text = {
            "name": "entwurf.docx",
            "media_type": "application/msword",
            "sha256": f"{year.random.getrandbits(256):064x}",
            "size": 5,
        }
        answers = [{"frage": one, "antwort": "So ist es."} for one in questions]
        return "entwurf_ablegen", year.lead(case), {"entwurf": text, "antworten": answers}
    if year.random.random() < 0.1 and case.lifecycle == "anfrage" and case.due_on and case.due_on >= day:
        new = (day + timedelta(20)).isoformat()
        return "zwischenbescheid", year.lead(case), {"grund": "Zulieferung fehlt", "neuer_termin": new}
    if case.facts.get("beteiligt") or case.facts.get("mitzeichnungen"):
        return "in_mitzeichnung_geben", year.lead(case), {}
    return "zur_unterschrift_geben", year.lead(case), {}


def _cosign(year: Year, case: CaseSummary, _day: date) -> Wish:
    if year.random.random() < 0.05:
        return "verweigern", f"sb-{case.facts['amt']}", {"grund": "Absatz 2"}
    return "mitzeichnen", f"sb-{case.facts['amt']}", {}


def _publish(year: Year, case: CaseSummary, day: date) -> Wish:
    open_ = "oeffentlich" if case.public else "nichtoeffentlich"
    data: dict[str, Any] = {"veroeffentlichung": open_}
    if year.random.random() < 0.2:
        until = (day + timedelta(year.random.randint(20, 90))).isoformat()
        data["zusagen"] = [{"zusage": "Bericht über den Fortgang", "kontrolle": until}]
    return "veroeffentlichen", CLERK, data


def _schedule(year: Year, case: CaseSummary, day: date) -> Wish | None:
    body = str(case.facts.get("gremium") or "rat")
    session = year.session_after(body, day)
    if session is None:
        why = {"grund": "keine Sitzung mehr in diesem Jahr"} if case.lifecycle in _DECIDED else {}
        return ("abschliessen", CLERK, why) if case.state == "beantwortet" else None
    role = "entscheidung" if case.lifecycle in _DECIDED else "kenntnisnahme"
    return (
        "auf_tagesordnung_setzen",
        CLERK,
        {"beratungsfolge": [{"gremium": body, "sitzung": session.isoformat(), "rolle": role}]},
    )


def _treat(year: Year, case: CaseSummary, day: date) -> Wish | None:
    """On the day of the session, or when somebody notices that it is over."""
    if case.due_on is None or case.due_on > day:
        return None
    if year.random.random() < 0.1 and year.session_after_stop(case, day):
        return "vertagen", CLERK, {"grund": "Beratungsbedarf"}
    if (year.workflow.case(case.parent_id or "").case.lifecycle) in _DECIDED:
        adopted, rejected = ("beschliessen", CLERK, {"ja": 1, "nein": 0}), ("ablehnen", CLERK, {"ja": 0, "nein": 1})
        return year.random.choice([adopted, adopted, rejected])
    return "zur_kenntnis_nehmen", CLERK, {}


def _hold(year: Year, case: CaseSummary, day: date) -> Wish | None:
    """Invite ten days ahead; on the day it is held, or falls away."""
    on = year.day_of_session(case)
    if on is None or on > day + timedelta(10):
        return None
    if case.state == "geplant" and on > day:
        return _prepare(year, case, day, on)
    if on > day:
        return ("absagen", CLERK, {"grund": "kein Stoff"}) if year.random.random() < 0.01 else None
    if year.random.random() < 0.02:
        return "ausfallen", CLERK, {"grund": "beschlussunfähig"}
    return "durchfuehren", CLERK, {}


def _prepare(year: Year, case: CaseSummary, day: date, on: date) -> Wish:
    if "tagesordnung" in case.facts:
        return "einladen", CLERK, {"abgekuerzt_weil": "Eile"} if on < day + timedelta(7) else {}
    if year.random.random() < _MOVED:
        friday = on + timedelta(4 - on.weekday())
        return "verlegen", CLERK, {"tag": friday.isoformat(), "grund": "Raum belegt"}
    return "tagesordnung_aufstellen", CLERK, {"tagesordnung": [{"nummer": "Ö 1", "titel": "Eröffnung"}]}


def _reply(year: Year, case: CaseSummary, day: date) -> Wish | None:
    """A question is answered in its session, at once or by an office afterwards."""
    if case.due_on is None or case.due_on > day:
        return None
    if year.random.random() < 0.5:
        return "muendlich_beantworten", CLERK, {"antwort": "So ist es."}
    return "schriftlich_verweisen", CLERK, {"federfuehrung": year.random.choice(year.offices)}


def _monthly(year: Year, _case: CaseSummary, _day: date) -> Wish | None:
    """Some offices want their list less often."""
    return ("auf_monatlich_stellen", CLERK, {}) if year.random.random() < 0.1 else None


def _minutes(year: Year, case: CaseSummary, _day: date) -> Wish:
    if "niederschrift" not in case.facts:
        file = {
            "name": "n.pdf",
            "media_type": "application/pdf",
            "sha256": f"{year.random.getrandbits(256):064x}",
            "size": 9,
        }
        return "niederschrift_ablegen", CLERK, {"niederschrift": file}
    return "niederschrift_genehmigen", CLERK, {}


def _report(year: Year, case: CaseSummary, day: date) -> Wish | None:
    near = case.due_on is not None and case.due_on <= day + timedelta(5)
    return ("berichten", year.lead(case), {"bericht": "Es geht voran."}) if near else None


def _dispatch(year: Year, _case: CaseSummary, day: date) -> Wish:
    """Who gets the resolution, and what it asks of whom."""
    lead = year.random.choice(year.offices)
    until = (day + timedelta(year.random.randint(30, 120))).isoformat()
    task = {"amt": lead, "aufgabe": "Ausführen", "zieltermin": until}
    return (
        "ausfertigen",
        CLERK,
        {"federfuehrung": lead, "ausfertigungen": [{"amt": lead, "anzahl": 1}], "kontrollen": [task]},
    )


def _carry_out(year: Year, case: CaseSummary, day: date) -> Wish | None:
    """Report when a report is due; done when the day comes near."""
    target = date.fromisoformat(case.facts["zieltermin"])
    if target <= day + timedelta(10):
        return "erledigung_melden", year.lead(case), {"umfang": "ganz", "bericht": "Es ist getan."}
    near = case.due_on is not None and case.due_on <= day + timedelta(5)
    return ("berichten", year.lead(case), {"bericht": "Es geht voran.", "ampel": "gruen"}) if near else None


_WISHES: dict[tuple[str, str], Wishes] = {
    ("*", "eingegangen"): _simply("zulassen"),
    ("anfrage", "zugelassen"): _assign,
    ("antrag", "zugelassen"): _schedule,
    ("stellungnahme", "zugelassen"): _assign,
    ("*", "zugewiesen"): _accept,
    ("*", "in_bearbeitung"): _draft,
    ("mitzeichnung", "offen"): _cosign,
    ("*", "zur_unterschrift"): _simply("unterzeichnen", MAYOR),
    ("*", "unterzeichnet"): _publish,
    ("*", "beantwortet"): _schedule,
    ("antrag", "beschlossen"): _dispatch,
    ("beschlussvorlage", "beschlossen"): _dispatch,
    ("beschlusskontrolle", "offen"): _carry_out,
    ("beschlusskontrolle", "gemeldet"): _simply("abnehmen"),
    ("beratung", "geplant"): _treat,
    ("beratung", "abgesetzt"): _simply("erledigen"),
    ("muendliche_frage", "steht_an"): _reply,
    ("muendliche_frage", "schriftlich"): lambda year, case, _day: (
        "schriftlich_beantworten",
        year.lead(case),
        {"antwort": "So ist es."},
    ),
    ("amtsliste", "woechentlich"): _monthly,
    ("sitzung", "geplant"): _hold,
    ("sitzung", "eingeladen"): _hold,
    ("sitzung", "durchgefuehrt"): _minutes,
    ("zusage", "offen"): _report,
    ("zustellung", "offen"): _simply("erledigen", ergebnis="anders_mitgeteilt"),
}
