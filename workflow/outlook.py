"""What would happen by itself until some day, as a record: for the table, for JSON and for the picture. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, NamedTuple, TypeAlias

from ..config.text import Text

Kind: TypeAlias = Literal[
    "act", "mail", "undeliverable", "reminder", "escalation", "lapse", "event", "opened", "failure"
]
#: What happens by itself, in the order in which a summary names it.
BY_ITSELF: tuple[Kind, ...] = ("mail", "undeliverable", "reminder", "escalation", "lapse", "event", "opened", "failure")


class Party(NamedTuple):
    """Somebody who is written to or has a case; `name` is for people."""

    key: str
    name: str


class CaseLine(NamedTuple):
    """A case as the outlook names it."""

    id: str
    body: str
    number: str | None
    kind: Text
    #: What it is about; of a child, what tells it from its siblings.
    subject: str
    public: bool
    owner: Party | None
    #: The case at the top of its family.
    root: str

    def name(self) -> Text:
        """Number and kind in one line."""
        number = f"{self.number} " if self.number else ""
        return Text(f"{number}{self.kind.de}", f"{number}{self.kind.en}")

    def open_name(self) -> Text:
        """The same as it may stand in a picture, which goes from hand to hand: no number of what is not public."""
        return self.name() if self.public else self.kind


class Tidings(NamedTuple):
    """One message of a digest: which case it is about, and in which words of its own."""

    case: str
    template: str
    deadline: str | None = None
    due_on: date | None = None


class Happening(NamedTuple):
    """One thing that happens; `at` is the local time of the town.

    ``reminder``: a step of a ladder is told; ``escalation``: one after the due day; ``lapse``: a deadline has passed
    and `event` follows; ``event``, ``opened``: what the engine does then; ``mail``: one mail to one recipient;
    ``undeliverable``: one that reaches nobody; ``failure``: time cannot do what it should; ``act``: somebody acted (in
    a scenario).
    """

    at: datetime
    kind: Kind
    case: str
    text: Text
    deadline: str | None = None
    due_on: date | None = None
    event: str | None = None
    #: The state after it.
    state: str | None = None
    #: Who is told: of a mail its one recipient.
    told: tuple[Party, ...] = ()
    #: Who was told of no earlier step of the ladder.
    added: tuple[Party, ...] = ()
    address: str | None = None
    template: str | None = None
    subject: str | None = None
    detail: str | None = None
    #: Of a digest: what it tells, each message once.
    tells: tuple[Tidings, ...] = ()

    @property
    def about(self) -> tuple[str, ...]:
        """The cases that it concerns, each once."""
        return tuple(dict.fromkeys((self.case, *(one.case for one in self.tells))))

    def seen_from(self, case: str) -> "Happening":
        """It as one of the cases it is `about` sees it: of a digest, what that tells of this case."""
        told = next((one for one in self.tells if one.case == case), None)
        return self._replace(case=case, deadline=told.deadline, due_on=told.due_on) if told else self


class Clock(NamedTuple):
    """A deadline that runs at some time of the outlook; days are local ones, `ended_on` None: it still runs."""

    case: str
    name: str
    label: Text
    status: str
    started_on: date
    due_on: date
    ended_on: date | None


class Shade(NamedTuple):
    """Days that are not like others, both included: ``holiday``, ``closed`` or ``recess``."""

    first: date
    last: date
    kind: Literal["holiday", "closed", "recess"]
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What happens by itself from `now` to the end of `until`; `start` is earlier where a scenario led to `now`."""

    source: str
    start: datetime
    now: datetime
    until: date
    cases: Mapping[str, CaseLine]
    happenings: tuple[Happening, ...]
    clocks: tuple[Clock, ...]
    shades: tuple[Shade, ...]
    #: Open cases at `now` (of a scenario: at its beginning) and at the end.
    open_before: int
    open_after: int
    #: Messages that wait for a person and go on waiting.
    held: int
    dead: int
    elapsed_s: float = field(default=0.0)

    @property
    def played(self) -> bool:
        """Whether a scenario led to `now`."""
        return self.start < self.now

    def ahead(self) -> list[Happening]:
        """What happens by itself after `now`, in order of time."""
        return [one for one in self.happenings if one.kind != "act" and one.at >= self.now]

    def overdue(self) -> list[Clock]:
        """The deadlines that are over at the end and still run, the oldest first."""
        late = [one for one in self.clocks if one.status == "running" and one.due_on < self.until]
        return sorted(late, key=lambda one: (one.due_on, *_named(self.cases[one.case]), one.name))

    def totals(self) -> dict[str, int]:
        """How many of each kind, as in `ahead`."""
        counts = Counter(one.kind for one in self.ahead())
        return {kind: counts[kind] for kind in BY_ITSELF}

    def past(self) -> dict[str, int]:
        """How many of each kind from `start` to `now`, where a scenario was played."""
        counts = Counter(one.kind for one in self.happenings if self.start <= one.at < self.now)
        return {kind: counts[kind] for kind in BY_ITSELF}

    def by_case(self) -> list[tuple[CaseLine, dict[str, int]]]:
        """The cases to which something happens, those with most first; a digest counts for each that it tells of."""
        counted = _counted((case, one.kind) for one in self.ahead() for case in one.about)
        rows = [(self.cases[case], counts) for case, counts in counted.items()]
        return sorted(rows, key=lambda row: (-sum(row[1].values()), *_named(row[0])))

    def by_party(self) -> list[tuple[Party, dict[str, int]]]:
        """Whom mails go to, and who is told of what is overdue; those with most mails first."""
        kinds = ("mail", "undeliverable", "escalation")
        counted = _counted((party, one.kind) for one in self.ahead() if one.kind in kinds for party in one.told)
        return sorted(counted.items(), key=lambda row: (-row[1].get("mail", 0), row[0].key))

    @property
    def document(self) -> dict[str, Any]:
        """The object of ``--json``."""
        return {
            "source": self.source,
            "from": self.now,
            "until": self.until,
            "open": {"before": self.open_before, "after": self.open_after},
            "waiting": {"held": self.held, "dead": self.dead},
            "totals": {**self.totals(), "overdue": len(self.overdue())},
            "happenings": [self._row(one) for one in self.ahead()],
            "overdue": [self._late(one) for one in self.overdue()],
            "by_case": [{**self._case(case.id), **counts} for case, counts in self.by_case()],
            "by_party": [{"party": party.key, "name": party.name, **counts} for party, counts in self.by_party()],
            "elapsed_s": round(self.elapsed_s, 3),
        }

    def _case(self, case: str) -> dict[str, Any]:
        line = self.cases[case]
        return {"case": case, "number": line.number, "kind": line.kind, "subject": line.subject}

    def _row(self, one: Happening) -> dict[str, Any]:
        rest = {name: getattr(one, name) for name in Happening._fields[4:]}
        line = self.cases[one.case]
        head = {"at": one.at, "kind": one.kind, "case": one.case, "number": line.number, "text": one.text}
        parties = {name: [party.key for party in rest.pop(name)] for name in ("told", "added")}
        tells = [{**each._asdict(), "number": self.cases[each.case].number} for each in rest.pop("tells")]
        return {**head, **parties, **rest, "tells": tells}

    def _late(self, one: Clock) -> dict[str, Any]:
        line = self.cases[one.case]
        owner = line.owner.key if line.owner else None
        days = (self.until - one.due_on).days
        return {
            **self._case(one.case),
            "deadline": one.name,
            "label": one.label,
            "due": one.due_on,
            "days": days,
            "owner": owner,
        }


def order_of(one: Happening, line: CaseLine) -> tuple[Any, ...]:
    """Where a happening stands among others: by time, then so that two runs agree."""
    told = tuple(party.key for party in one.told)
    return (one.at, *_named(line), _RANK[one.kind], one.deadline or "", told, one.template or "", line.id)


_RANK: Mapping[Kind, int] = {
    "act": 0,
    "lapse": 1,
    "escalation": 2,
    "reminder": 3,
    "event": 4,
    "opened": 5,
    "failure": 6,
    "mail": 7,
    "undeliverable": 8,
}


def _named(line: CaseLine) -> tuple[str, str, str]:
    return (line.number or "~", line.kind.de, line.subject)


def _counted(pairs: Iterable[tuple[Any, str]]) -> dict[Any, dict[str, int]]:
    found: dict[Any, dict[str, int]] = {}
    for key, kind in pairs:
        counts = found.setdefault(key, {})
        counts[kind] = counts.get(kind, 0) + 1
    return found
