"""A synthetic year of a town: its bodies, offices and people, made up by a seed, and a council office that works.

Every open case gets its next event from whoever it lies with, some days after it came there; the session calendar, the
reminders and the mails go on under the same virtual clock. Nothing here knows more than a user of the product.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select

from tests.helpers.house import seen
from tests.helpers.year_agendas import put_on
from tests.helpers.year_chains import Treated, has_ended, is_chained, is_early, is_told, leave_advice, to_council
from tests.helpers.year_sessions import (
    Wish,
    Wishes,
    admit,
    amend,
    ask_as_resident,
    decide_amendment,
    hold,
    in_writing,
    reply,
    reply_to_resident,
    schedule,
    settle,
    treat,
)
from tests.helpers.year_town import (
    BODY,
    CLERK,
    COMES,
    COUNCIL,
    DISTRICTS,
    ENDS,
    LEAVES,
    MAYOR,
    WITH_RESIDENTS,
    Size,
    change_of_members,
    end_of_body,
    rules_in,
    seats_of,
    town,
)
from vorgang.config.clock import VirtualClock
from vorgang.config.errors import RefusedError
from vorgang.config.roster import Roster
from vorgang.config.settings import Settings
from vorgang.notifications.composer import Composer
from vorgang.notifications.mail import Mail
from vorgang.notifications.mailer import Handover
from vorgang.states.database import Options
from vorgang.states.queries import CaseSummary, Filter, case_summary
from vorgang.states.records import RECORDS
from vorgang.states.tables import CaseRow, MessageRow, TransitionRow, table_of
from vorgang.workflow.master_data import carry_out, import_profile, prepare
from vorgang.workflow.office import Office, Post
from vorgang.workflow.setup import Setup
from vorgang.workflow.workflow import Workflow

_meeting, _consultation = table_of(RECORDS["meeting"]), table_of(RECORDS["consultation"])
_case, _message, _line = table_of(CaseRow), table_of(MessageRow), table_of(TransitionRow)

BERLIN = ZoneInfo("Europe/Berlin")
#: So many days a case lies with somebody before the next event, at most; and how many events one day brings it.
_PATIENCE, _A_DAY = 9, 2
#: So many offices get a list every week or month.
_LISTED = 3
#: What comes to its day in a session: looked at every day.
_IN_SESSION = {"sitzung", "beratung", "aenderungsantrag"}
#: With these somebody signs the draft that they are shown, or refuses to.
_SIGNED = {"mitzeichnen", "verweigern", "unterzeichnen"}
#: With these the items of an agenda get their papers.
_AGENDA = {"tagesordnung_aufstellen", "nachladen"}
#: In the middle of the year, when nobody sits and nobody is invited, a seat changes hands.
_CHANGE = (7, 15)
#: On that day everybody knows that one of the bodies ends, and on which day.
_KNOWN, _END = (10, 13), (11, 14)
#: The minutes are approved so many days after the session at the earliest.
_MINUTES_AFTER = 14
#: One inquiry of so many is addressed to no body.
_TO_NOBODY = 5
#: One session of so many is not public.
_CLOSED = 10


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


class Stop(NamedTuple):
    """A consultation, as the product has it."""

    paper: str
    #: Of the paper, or of the consultation that was referred.
    kind: str
    body: str
    role: str
    day: date | None
    state: str
    closed_at: datetime | None


@dataclass
class Year:
    """A year of the town, day by day."""

    folder: Path
    seed: int = 1
    size: Size = field(default_factory=Size)
    first: date = date(2025, 1, 1)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)  # makes things up, keeps no secret
        self.clock = VirtualClock(self._at(self.first))
        rules = (rules_in(self.folder),)
        setup = Setup(clock=self.clock, rules=rules, upgrade=True, options=Options(synchronous="NORMAL"))
        self.workflow = Workflow.open(f"sqlite:///{self.folder / 'year.db'}", setup)
        self.profile = town(self.size)
        import_profile(self.workflow, self.profile)
        self.sink = Sink()
        self.office = Office(self.workflow, Settings(), Post(Composer, self.sink))
        self.seats = seats_of(self.size)
        self.bodies = list(self.seats)
        self.offices = [one.key for one in self.profile.organizations if one.key.startswith("amt")]
        self.members = [one.key for one in self.profile.persons if one.key.startswith("mitglied")]
        self.committees = [one for one in self.bodies if one not in {COUNCIL, *DISTRICTS}]
        self.change_on = date(self.first.year, *_CHANGE)
        self.known_on, self.ends_on = (date(self.first.year, *one) for one in (_KNOWN, _END))
        #: From that day on nobody works in one of the offices, and what lies there becomes overdue.
        self.closed_from = date(self.first.year, 12, 1)
        self.days = [self.first + timedelta(days) for days in range(365)]
        #: From which day on somebody does something in a case next.
        self.next: dict[str, date] = {}
        self.refused: Counter[str] = Counter()
        #: What people tried that they may not, by the code with which it was refused.
        self.tried: Counter[str] = Counter()
        #: The stops that each paper was put before, as somebody entered them; what came of them, in order; its number.
        self.planned: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        self.treated: list[Treated] = []
        self.numbers: dict[str, str | None] = {}
        #: Papers on which the council decided without the advice that was asked for, and whether everybody was told so.
        self.early: dict[str, bool] = {}
        #: Papers of which nobody wants the advice any more.
        self.left: set[str] = set()
        #: Papers that a body has left undecided at its end.
        self.homeless: set[str] = set()
        #: Stops before bodies that do not deal with such papers: tried by what speaks against it.
        self.unfit: Counter[str] = Counter()
        #: Papers to which no more amendments are moved.
        self.weighed: set[str] = set()
        #: Consultations that their body did not want on an agenda late.
        self.not_urgent: set[str] = set()
        #: What people did, by lifecycle and event.
        self.events: Counter[tuple[str, str]] = Counter()
        self.opened = 0

    def close(self) -> None:
        self.workflow.close()

    def play(self, tell: Callable[[date], None] = lambda _day: None) -> None:
        """The whole year."""
        self._plan_sessions()
        for office in self.offices[:_LISTED]:
            self.open("amtsliste", {"amt": office})
        coming = self._coming()
        for day in self.days:
            self.clock.advance_to(max(self.clock.now(), self._at(day)))
            if day == self.change_on:
                self._import(change_of_members(self.profile, day))
            if day == self.known_on:
                self._import(end_of_body(self.ends_on))
            if day.weekday() < 5:
                for lifecycle, data in coming.get(day, ()):
                    self._come_in(lifecycle, data, day)
                self._work(day)
            self.office.scan()
            self.office.drain()
            tell(day)

    def _at(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, 9, tzinfo=BERLIN)

    def _import(self, roster: Roster) -> None:
        shown = prepare(self.workflow, BODY, roster).plan
        carry_out(self.workflow, BODY, roster, shown=shown, actor=self.workflow.actor(BODY, CLERK))

    # --- what comes ---

    def _plan_sessions(self) -> None:
        """Every body sits about once a month, on a Tuesday, Wednesday or Thursday; nobody in summer."""
        days = [day for day in self.days[20:] if day.weekday() in {1, 2, 3} and day.month not in {7, 8}]
        wanted = [(body, round_) for round_ in range(20) for body in self.bodies][: self.size.sessions]
        rounds = max(round_ for _, round_ in wanted) + 1
        for body, round_ in wanted:
            place = int(round_ * len(days) / rounds) + self.bodies.index(body)
            day = days[min(place, len(days) - 1)]
            if body == ENDS and day >= self.ends_on:
                continue
            data: dict[str, Any] = {
                "gremium": body,
                "tag": day.isoformat(),
                "beginn": "17:00",
                "ende": "19:00",
                "ort": f"Saal {body}",
            }
            if place % _CLOSED == 0 and self.bodies.index(body) >= WITH_RESIDENTS:
                data["oeffentlich"] = False
            self.open("sitzung", data)

    def _coming(self) -> dict[date, list[tuple[str, dict[str, Any]]]]:
        """What comes in on which day."""
        working = [day for day in self.days if day.weekday() < 5]
        kinds = ["anfrage"] * self.size.inquiries + ["antrag"] * self.size.motions
        kinds += ["mitteilung"] * self.size.reports + ["beschlussvorlage"] * self.size.proposals
        kinds += ["muendliche_frage"] * self.size.oral + ["einwohnerfrage"] * self.size.residents
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
        if kind == "anfrage" and number % _TO_NOBODY == 0:
            del data["gremium"]
        if kind == "einwohnerfrage":
            return data | {"gremium": self.random.choice(self.bodies[:WITH_RESIDENTS])}
        if kind in {"mitteilung", "beschlussvorlage"}:
            proposed = {"beschlussvorschlag": ["Es geschieht."]} if kind == "beschlussvorlage" else {}
            return {**data, **proposed, "federfuehrung": self.random.choice(self.offices), "unterzeichner": "ob"}
        data |= {
            "schreiben_vom": day.isoformat(),
            "eingang": day.isoformat(),
            "fragesteller": self.asker(day),
        }
        wanted = (
            {"fragen": [f"Was ist mit Sache {number}?"]}
            if kind == "anfrage"
            else {"beschlussvorschlag": ["Es geschieht."]}
        )
        return data | wanted

    def _come_in(self, lifecycle: str, data: dict[str, Any], day: date) -> None:
        """A paper; a question for the next session of the body, if there is one."""
        if lifecycle == "einwohnerfrage":
            ask_as_resident(self, data, day)
        elif lifecycle != "muendliche_frage":
            self.open(lifecycle, data)
        elif (session := self.session_after(data["gremium"], day)) is not None:
            sits = self.workflow.directory.town(BODY).members(data["gremium"], session)
            asker = Random(f"{self.seed} {data['betreff']}").choice(sits)
            asked = {"betreff": data["betreff"], "frage": "Wie steht es damit?", "fragesteller": asker}
            self.open(lifecycle, {**asked, "gremium": data["gremium"], "sitzung": session.isoformat()})

    def open(self, lifecycle: str, data: dict[str, Any]) -> None:
        actor = self.workflow.actor(BODY, CLERK)
        self.workflow.open_case(lifecycle, body=BODY, actor=actor, data=data)
        self.opened += 1

    def asker(self, day: date) -> str:
        """Some member of the council of that day."""
        found = self.random.choice(self.members)
        return COMES if found == LEAVES and day >= self.change_on else found

    def present(self, body: str, day: date | None) -> int:
        """How many came to a session, of those who have a seat: enough to decide."""
        seats = self.seats[body]
        return Random(f"{self.seed} {body} {day}").randint(seats // 2 + 1, seats)

    # --- who works ---

    def _work(self, day: date) -> None:
        """Whoever has something before them does it, or leaves it lying for a while."""
        for case in list(self.open_cases()):
            due = self.next.setdefault(case.id, day + timedelta(self.random.randint(0, _PATIENCE)))
            if case.lifecycle not in _IN_SESSION and due > day:
                continue
            for _ in range(_A_DAY):
                if not self._act(case, day):
                    break
                case = self.case(case.id)  # noqa: PLW2901  # as it is after the event
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
        case_id, now = case.id, self.case(case.id)
        if now != case:  # another case has changed it since the morning
            asked = self._asked(now, day)
        if asked is None:
            return False
        event = asked[0]
        early = {str(now.parent_id): is_told(self, now)} if is_early(self, now, event) else {}
        try:
            self._fire(case_id, asked)
        except RefusedError as error:
            self.refused[
                f"{case.lifecycle}.{event}: {error.refusal.code} {[r.code for r in error.refusal.reasons]}"
            ] += 1
            return False
        self.events[case.lifecycle, event] += 1
        self.early |= early
        self._keep(now, asked)
        return True

    def _keep(self, case: CaseSummary, wish: Wish) -> None:
        """What somebody has planned or done with a paper."""
        event, _, data = wish
        paper = case.parent_id or case.id
        if event == "auf_tagesordnung_setzen":
            self.planned[case.id] += data["beratungsfolge"]
            self.numbers[case.id] = case.number
        elif event == "offene_vorberatungen_beenden":
            self.left.add(case.id)
        elif case.lifecycle == "beratung":
            self.treated.append(Treated(paper, self.column(case, "organization_key"), self.column(case, "role"), event))

    def _fire(self, case_id: str, wish: Wish) -> None:
        event, person, data = wish
        if event in _AGENDA:
            return put_on(self, case_id, data)
        data = seen(self.workflow, case_id, event, data) if event in _SIGNED else data
        self.workflow.fire(case_id, event, actor=self.workflow.actor(BODY, person), data=data)
        return None

    def in_vain(self, code: str, case: CaseSummary | None, wish: Wish) -> None:
        """What is refused with that code, and tried all the same: an event of a case, or the opening of one."""
        lifecycle, person, data = wish
        if case is not None and case != self.case(case.id):
            return  # another case has changed it since the morning
        try:
            if case is None:
                self.workflow.open_case(lifecycle, body=BODY, actor=self.workflow.actor(BODY, person), data=data)
            else:
                self._fire(case.id, wish)
        except RefusedError as error:
            told = {error.refusal.code, *(reason.code for reason in error.refusal.reasons)}
            self.tried[code if code in told else f"{code}: {sorted(told)}"] += 1
        else:
            self.tried[f"{code}: not refused"] += 1

    def _asked(self, case: CaseSummary, day: date) -> "Wish | None":
        """What somebody does in a case today."""
        wish = _WISHES.get((case.lifecycle, case.state)) or _WISHES.get(("*", case.state))
        found = wish(self, case, day) if wish and case.closed_at is None else None
        is_closed = found is not None and found[1] == f"sb-{self.offices[-1]}" and day >= self.closed_from
        return None if is_closed else found

    def lead(self, case: CaseSummary) -> str:
        """Who works on a case in its office."""
        return f"sb-{case.facts.get('federfuehrung') or case.facts.get('amt')}"

    def session_after(self, body: str, day: date, *, soon: bool = False) -> date | None:
        """The next session of a body that is far enough away; one to come soon may have its invitations out."""
        found = self.workflow.directory.town(BODY).next_session(body, day + timedelta(2 if soon else 10))
        return found.day if found else None

    def invited(self) -> Mapping[tuple[str, date], set[str]]:
        """To whom an invitation to a session of a body was sent on a day."""
        query = (
            select(_meeting.c.organization_key, _line.c.at, _message.c.recipient)
            .join(_message, _message.c.case_id == _meeting.c.case_id)
            .join(_line, (_line.c.case_id == _message.c.case_id) & (_line.c.seq == _message.c.occurrence))
            .where(_message.c.template == "einladung", _message.c.status == "sent")
        )
        found: defaultdict[tuple[str, date], set[str]] = defaultdict(set)
        with self.workflow.database.reading() as connection:
            for body, at, recipient in connection.execute(query):
                found[body, at.date()].add(recipient)
        return found

    def members_of(self, body: str, day: date) -> set[str]:
        """Who sits in a body on a day."""
        people = (one.key for one in self.profile.persons if body in {seat.organization for seat in one.memberships})
        return {COMES if key == LEAVES and day >= self.change_on else key for key in people}

    def case(self, case_id: str) -> CaseSummary:
        """How a case stands now."""
        with self.workflow.database.reading() as connection:
            return case_summary(connection, case_id)

    def stop_of(self, case_id: str) -> CaseSummary | None:
        """The consultation in which a paper, or what is referred, waits for the body that decides."""
        for one in self.workflow.case(case_id).children:
            if one.child in {"beratung", "folge"} and one.state in {"geplant", "verwiesen"}:
                found = self.stop_of(one.id) if one.state == "verwiesen" else one
                if found is not None and self.column(found, "role") == "entscheidung":
                    return found
        return None

    def waiting_before(self, session: CaseSummary, day: date) -> set[str]:
        """The consultations that stand before a session, on its agenda or not."""
        query = (
            select(_case.c.id)
            .join(_consultation, _consultation.c.case_id == _case.c.id)
            .where(_consultation.c.organization_key == self.column(session, "organization_key"))
            .where(_consultation.c.meeting_date == day, _case.c.state == "geplant")
        )
        with self.workflow.database.reading() as connection:
            return set(connection.execute(query).scalars())

    def stops(self) -> list[Stop]:
        """Every consultation that there is."""
        above = _case.alias("above")
        columns = (_consultation.c.organization_key, _consultation.c.role, _consultation.c.meeting_date)
        query = (
            select(_case.c.parent_id, above.c.lifecycle, *columns, _case.c.state, _case.c.closed_at)
            .join(_consultation, _consultation.c.case_id == _case.c.id)
            .join(above, above.c.id == _case.c.parent_id)
        )
        with self.workflow.database.reading() as connection:
            return [Stop(*row) for row in connection.execute(query)]

    def left_undecided(self, stop: CaseSummary) -> bool:
        """Whether the paper of a consultation that its body leaves undone is to come before the council first."""
        paper = stop.parent_id or ""
        council = self.session_after(COUNCIL, self.clock.now().date()) is not None
        if self.case(paper).lifecycle == "beratung" or self.column(stop, "role") != "entscheidung" or not council:
            return False
        self.homeless.add(paper)
        return len(self.planned[paper]) == 1

    def next_session(self, body: str, day: date) -> date | None:
        """The first session of a body after a day."""
        found = self.workflow.directory.town(BODY).next_session(body, day)
        return found.day if found else None

    def is_listed(self, stop: CaseSummary) -> bool:
        """Whether a consultation is on the agenda with which the members were invited to its session, if they were."""
        query = (
            select(_case.c.facts)
            .join(_meeting, _meeting.c.case_id == _case.c.id)
            .join(_consultation, _consultation.c.organization_key == _meeting.c.organization_key)
            .where(_consultation.c.case_id == stop.id, _meeting.c.meeting_date == _consultation.c.meeting_date)
            .where(~_meeting.c.cancelled)
        )
        with self.workflow.database.reading() as connection:
            facts = connection.execute(query).scalar_one_or_none() or {}  # none: it has been called off today
        rows = facts.get("tagesordnung") or ()
        return "eingeladene" not in facts or any(row.get("beratung") == stop.id for row in rows)

    def session_after_stop(self, case: CaseSummary, day: date) -> bool:
        """Whether the body of a consultation sits once more."""
        town = self.workflow.directory.town(BODY)
        return any(
            town.next_session(body, day) for body in self.bodies if body == self.column(case, "organization_key")
        )

    def day_of_session(self, case: CaseSummary) -> date | None:
        """The day of a session, or of that of a consultation."""
        found = self.column(case, "meeting_date")
        return found if isinstance(found, date) else None

    def column(self, case: CaseSummary, column: str) -> Any:
        """What the typed record of a case says."""
        table = table_of(RECORDS[{"sitzung": "meeting", "beratung": "consultation"}[case.lifecycle]])
        with self.workflow.database.reading() as connection:
            return connection.execute(select(table.c[column]).where(table.c.case_id == case.id)).scalar_one_or_none()


def _go_on(year: Year, case: CaseSummary, day: date) -> Wish | None:
    """Amendments are moved until the council has decided; what waited for another body comes before it."""
    if is_chained(year, case.id) and has_ended(year, case.id, "entscheidung"):
        return leave_advice(year, case)
    return to_council(year, case, day) or amend(year, case, day)


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


def _answer(year: Year, case: CaseSummary, _day: date) -> Wish:
    return "schriftlich_beantworten", year.lead(case), {"antwort": "So ist es."}


def _monthly(year: Year, _case: CaseSummary, _day: date) -> Wish | None:
    """Some offices want their list less often."""
    return ("auf_monatlich_stellen", CLERK, {}) if year.random.random() < 0.1 else None


def _minutes(year: Year, case: CaseSummary, day: date) -> Wish | None:
    """Approved some weeks later; what has not been asked for by then goes on to the next session."""
    on = year.day_of_session(case)
    if on is None or day < on + timedelta(_MINUTES_AFTER):
        return None
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
    ("antrag", "zugelassen"): schedule,
    ("stellungnahme", "zugelassen"): _assign,
    ("*", "zugewiesen"): _accept,
    ("*", "in_bearbeitung"): _draft,
    ("mitzeichnung", "offen"): _cosign,
    ("*", "zur_unterschrift"): _simply("unterzeichnen", MAYOR),
    ("*", "unterzeichnet"): _publish,
    ("*", "beantwortet"): schedule,
    ("antrag", "beschlossen"): _dispatch,
    ("beschlussvorlage", "beschlossen"): _dispatch,
    ("beschlusskontrolle", "offen"): _carry_out,
    ("beschlusskontrolle", "gemeldet"): _simply("abnehmen"),
    ("beratung", "geplant"): treat,
    ("beratung", "abgesetzt"): settle,
    ("antrag", "in_beratung"): _go_on,
    ("beschlussvorlage", "in_beratung"): _go_on,
    ("aenderungsantrag", "eingebracht"): decide_amendment,
    ("muendliche_frage", "steht_an"): reply,
    ("muendliche_frage", "ohne_sitzung"): in_writing,
    ("muendliche_frage", "schriftlich"): _answer,
    ("einwohnerfrage", "eingereicht"): admit,
    ("einwohnerfrage", "steht_an"): reply_to_resident,
    ("einwohnerfrage", "ohne_sitzung"): in_writing,
    ("einwohnerfrage", "schriftlich"): _answer,
    ("amtsliste", "woechentlich"): _monthly,
    ("sitzung", "geplant"): hold,
    ("sitzung", "eingeladen"): hold,
    ("sitzung", "durchgefuehrt"): _minutes,
    ("zusage", "offen"): _report,
    ("zustellung", "offen"): _simply("erledigen", ergebnis="anders_mitgeteilt"),
}
