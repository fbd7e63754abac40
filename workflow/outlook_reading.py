"""From a database over which time has passed to the outlook: what was written there since, in words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from ..config.calendars import Calendar
from ..config.errors import NotFoundError
from ..config.text import Text
from ..notifications.outbox import Outbox
from ..states import happenings as rows
from ..states.blackening import marker
from ..states.happenings import LogLine, Post, Span
from ..states.lifecycle import Lifecycle
from ..states.queries import CaseSummary, summaries
from ..states.survey import bodies
from ..states.ticks import LAPSED, REMINDED
from ..states.visibility import PRIVATE, may_show_ahead
from .case_page import lifecycle_of, telling_subject
from .outlook import CaseLine, Clock, Happening, Outlook, Party, Shade, Tidings, order_of
from .rehearsal import Failure
from .workflow import Workflow

_UNDELIVERED = Text("unzustellbar", "undeliverable")
_FAILED = Text("lässt sich nicht weiterführen: {reason}", "cannot be carried on: {reason}")
_REMINDED = Text("Erinnerung, {label}, fällig {day}", "reminder, {label}, due {day}")
_ESCALATED = Text("überfällig, {label}, fällig war {day}", "overdue, {label}, was due {day}")
_LAPSED = Text("Frist abgelaufen: {label}", "deadline lapsed: {label}")


class _OfCase(Protocol):
    @property
    def case_id(self) -> str: ...


class Since(NamedTuple):
    """From where on a database is read, before time passed over it."""

    #: The last line of the log then.
    line: int
    open_cases: int
    start: datetime


class Window(NamedTuple):
    """What the outlook is of: since when, up to which day, in which zone and municipality (None: all)."""

    source: str
    now: datetime
    until: date
    zone: ZoneInfo
    body: str | None = None


def since(workflow: Workflow, body: str | None = None) -> Since:
    """The point from which `read_outlook` goes on."""
    with workflow.database.reading() as connection:
        return Since(rows.last_line(connection), rows.open_cases(connection, body), workflow.clock.now())


def read_outlook(
    workflow: Workflow,
    before: Since,
    window: Window,
    *,
    dead: Mapping[str, datetime] | None = None,
    failures: Iterable[Failure] = (),
) -> Outlook:
    """The outlook over everything written since `before`; `dead`: messages given up meanwhile, and when."""
    failed, dead, body = list(failures), dead or {}, window.body
    with workflow.database.reading() as connection:
        lines = list(rows.lines_after(connection, before.line, body))
        posts = rows.posts_since(connection, before.start, dead, body)
        spans = rows.spans_since(connection, before.start, body)
        left = rows.open_cases(connection, body)
        groups: tuple[Iterable[_OfCase], ...] = (lines, posts, spans, failed)
        known = _with_families(workflow, sorted({one.case_id for group in groups for one in group}))
        ids = sorted({line.case_id for line in lines if line.event in {REMINDED, LAPSED}})
        asked = _Asked(rows.asked(connection, ids))
    shown = _shown_to_everybody(workflow, known, before.start.astimezone(window.zone).date())
    reader = _Reader(workflow, known, asked, Sight(window.zone, shown))
    found = [*reader.lines(lines), *reader.posts(posts, dead), *reader.failures(failed)]
    counts = Outbox(workflow.database).counts()
    return Outlook(
        source=window.source,
        start=before.start.astimezone(window.zone),
        now=window.now.astimezone(window.zone),
        until=window.until,
        cases=reader.cases,
        happenings=tuple(sorted(found, key=lambda one: order_of(one, reader.cases[one.case]))),
        clocks=tuple(map(reader.clock, spans)),
        shades=tuple(_shades(workflow, window, before.start.astimezone(window.zone).date())),
        open_before=before.open_cases,
        open_after=left,
        held=counts.get("held", 0),
        dead=counts.get("dead", 0),
    )


def _with_families(workflow: Workflow, ids: list[str]) -> dict[str, CaseSummary]:
    """These cases and everything above them."""
    known: dict[str, CaseSummary] = {}
    while ids:
        with workflow.database.reading() as connection:
            found = summaries(connection, ids)
        known |= found
        ids = sorted({case.parent_id for case in found.values() if case.parent_id} - known.keys())
    return known


class Sight(NamedTuple):
    """In which zone days are told, and of which cases the words may stand in a picture."""

    zone: ZoneInfo
    shown: frozenset[str]


def _shown_to_everybody(workflow: Workflow, cases: Iterable[str], day: date) -> frozenset[str]:
    """The cases of which everybody may know all the words on `day`: nothing in them is private.

    A lock that ends later, in the outlook, holds on that day.
    """
    known = workflow.publicity(cases)
    return frozenset(case for case, one in known.items() if one.private is None and may_show_ahead(one, day))


def _shades(workflow: Workflow, window: Window, first: date) -> Iterator[Shade]:
    """The special days of the municipality; of several, those that all of Germany has."""
    calendar = _calendar(workflow, window)
    for recess in sorted(calendar.recesses):
        if recess.first <= window.until and recess.last >= first:
            yield Shade(recess.first, recess.last, "recess", recess.label)
    for number in range((window.until - first).days + 1):
        day = first + timedelta(days=number)
        if holiday := calendar.holiday_text(day):
            yield Shade(day, day, "holiday", holiday)
        elif closed := calendar.closed_text(day):
            yield Shade(day, day, "closed", closed)


def _calendar(workflow: Workflow, window: Window) -> Calendar:
    with workflow.database.reading() as connection:
        known = [key for key, _ in bodies(connection)]
    meant = [window.body] if window.body else known
    if len(meant) != 1:
        return Calendar()
    try:
        return workflow.directory.town(meant[0]).rules_on(window.now.astimezone(window.zone).date()).calendar
    except NotFoundError:  # no version of the rules holds; running deadlines go on all the same
        return Calendar()


class _Asked:
    """Who has been told of the steps of which deadline, in order."""

    def __init__(self, asked: Iterable[tuple[str, str, int, str]]) -> None:
        self._lines: dict[tuple[str, int], tuple[str, list[str]]] = {}
        self._first: dict[tuple[str, str, str], int] = {}
        for case, occasion, seq, party in asked:
            clock = occasion.rpartition(".")[0]
            self._lines.setdefault((case, seq), (clock, []))[1].append(party)
            self._first.setdefault((case, clock, party), seq)

    def of(self, line: LogLine) -> tuple[list[str], list[str]]:
        """Who is told by a line, and who of them of no step before it."""
        clock, parties = self._lines.get((line.case_id, line.seq), ("", []))
        every = list(dict.fromkeys(parties))
        return every, [party for party in every if self._first[line.case_id, clock, party] == line.seq]


class _Reader:
    """Puts rows into words."""

    def __init__(self, workflow: Workflow, known: Mapping[str, CaseSummary], asked: _Asked, sight: Sight) -> None:
        self._workflow = workflow
        self._known = known
        self._asked = asked
        self._zone = sight.zone
        self._shown = sight.shown
        self.cases = {case.id: self._line(case) for case in known.values()}

    def lines(self, lines: Iterable[LogLine]) -> list[Happening]:
        """Lines of the log; what a lapse leads to is told with the lapse."""
        found: list[Happening] = []
        lapsed: dict[tuple[str, datetime], int] = {}
        for line in lines:
            follows = lapsed.pop((line.case_id, line.at), None) if line.actor_kind == "timer" else None
            if line.event == LAPSED:
                lapsed[line.case_id, line.at] = len(found)
                found.append(self._lapse(line))
            elif follows is not None and line.event != REMINDED:
                found[follows] = self._followed(found[follows], line)
                continue
            elif line.event != REMINDED:
                found.append(self._event(line))
            if line.event == REMINDED or (line.event == LAPSED and self._asked.of(line)[0]):
                found.append(self._told(line))
        return found

    def posts(self, posts: Iterable[Post], dead: Mapping[str, datetime]) -> Iterator[Happening]:
        """Mails sent or given up, each once, however many messages it tells."""
        mails: dict[str, list[Post]] = {}
        for post in posts:
            mails.setdefault(post.mail, []).append(post)
        for mail, told in mails.items():
            yield self._mail(sorted(told, key=lambda post: (post.id != mail, post.id)), dead)

    def _mail(self, posts: Sequence[Post], dead: Mapping[str, datetime]) -> Happening:
        """What one mail tells; the message that leads it first."""
        post = posts[0]
        to = self._party(post.case_id, post.recipient)
        at, wrong = post.sent_at or dead[post.id], post.status == "dead"
        what = f"{to.name}: {post.subject or post.template}"
        digest = len(posts) > 1
        return Happening(
            at=at.astimezone(self._zone),
            kind="undeliverable" if wrong else "mail",
            case=post.case_id,
            text=Text(f"{what} ({_UNDELIVERED.de})", f"{what} ({_UNDELIVERED.en})") if wrong else Text(what, what),
            deadline=post.params.get("deadline"),
            due_on=_day_of(post),
            told=(to,),
            address=post.address,
            template=post.template,
            subject=post.subject,
            detail=post.error,
            tells=tuple(map(_tidings, posts)) if digest else (),
        )

    def failures(self, failures: Iterable[Failure]) -> Iterator[Happening]:
        """Cases that time could not carry on."""
        for one in failures:
            text = Text(*(phrase.format(reason=one.reason) for phrase in _FAILED))
            yield Happening(one.at.astimezone(self._zone), "failure", one.case_id, text, detail=one.reason)

    def clock(self, span: Span) -> Clock:
        """A deadline with its label, in days of the town; the day on which it ended itself counts."""
        ended = span.settled_at.astimezone(self._zone).date() if span.settled_at else None
        label = self._label(span.case_id, span.name)
        return Clock(span.case_id, span.name, label, span.status, span.started_on, span.due_on, ended)

    def _lapse(self, line: LogLine) -> Happening:
        name, due_on = _deadline_of(line)
        text = _filled(_LAPSED, self._label(line.case_id, name), due_on)
        return self._happening(line, "lapse", text)._replace(deadline=name, due_on=due_on)

    def _followed(self, lapse: Happening, line: LogLine) -> Happening:
        event = self._event(line)
        text = Text(f"{lapse.text.de} → {event.text.de}", f"{lapse.text.en} → {event.text.en}")
        return lapse._replace(text=text, event=line.event, state=line.target)

    def _told(self, line: LogLine) -> Happening:
        name, due_on = _deadline_of(line)
        late = line.at.astimezone(self._zone).date() > due_on
        told, added = self._asked.of(line)
        text = _filled(_ESCALATED if late else _REMINDED, self._label(line.case_id, name), due_on)
        return self._happening(line, "escalation" if late else "reminder", text)._replace(
            deadline=name,
            due_on=due_on,
            told=tuple(self._party(line.case_id, key) for key in told),
            added=tuple(self._party(line.case_id, key) for key in added),
        )

    def _event(self, line: LogLine) -> Happening:
        lifecycle = self._lifecycle(line.case_id)
        event, state = lifecycle.events.get(line.event), lifecycle.states[line.target].label
        label = event.label if event else Text(line.event, line.event)
        text = Text(f"{label.de} → {state.de}", f"{label.en} → {state.en}") if line.source != line.target else label
        if line.actor_kind in {"person", "service"}:
            return self._happening(line, "act", text)
        return self._happening(line, "opened" if line.source is None else "event", text)

    def _happening(self, line: LogLine, kind: str, text: Text) -> Happening:
        at = line.at.astimezone(self._zone)
        return Happening(at, kind, line.case_id, text, event=line.event, state=line.target)  # type: ignore[arg-type]  # one of the kinds

    def _line(self, case: CaseSummary) -> CaseLine:
        parent = self._known.get(case.parent_id or "")
        lifecycle = lifecycle_of(self._workflow, case)
        subject = case.subject or ""
        if parent is not None:
            subject = telling_subject(self._workflow, parent, case)
        owner = Party(case.owner, self._named(case.body, case.owner)) if case.owner else None
        root = case
        while (above := self._known.get(root.parent_id or "")) is not None:
            root = above
        public = case.id in self._shown
        return CaseLine(case.id, case.body, case.number, lifecycle.label, subject, public, owner, root.id)

    def _lifecycle(self, case: str) -> Lifecycle:
        return lifecycle_of(self._workflow, self._known[case])

    def _label(self, case: str, name: str) -> Text:
        spec = self._lifecycle(case).deadlines.get(name)
        return spec.label if spec else Text(name, name)

    def _party(self, case: str, key: str) -> Party:
        known = self._known[case]
        return Party(key, marker("Name") if key in known.facts.get(PRIVATE, ()) else self._named(known.body, key))

    def _named(self, body: str, key: str) -> str:
        """The name of a party; a forecast is shown around, so it names no citizens."""
        town = self._workflow.directory.town(body)
        return marker("Name") if key in town.citizens else town.names.get(key, key)


def _day_of(post: Post) -> date | None:
    """The day of which a reminder speaks."""
    return date.fromisoformat(post.params["due_on"]) if "rung" in post.params else None


def _tidings(post: Post) -> Tidings:
    return Tidings(post.case_id, post.template, post.params.get("deadline"), _day_of(post))


def _deadline_of(line: LogLine) -> tuple[str, date]:
    data = line.data or {}
    return data.get("deadline", ""), date.fromisoformat(data.get("due_on", "0001-01-01"))


def _filled(phrase: Text, label: Text, day: date) -> Text:
    return Text(phrase.de.format(label=label.de, day=f"{day:%d.%m.%Y}"), phrase.en.format(label=label.en, day=day))


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last instant of `day` in the zone."""
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=zone)
    return midnight - timedelta(microseconds=1)
