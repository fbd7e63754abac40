"""Whether a row of a file of historical cases is sound: form, lifecycle, days, parties. The database is asked later."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import orjson

from ..config.errors import Finding
from ..config.sheets import SUSPECT, read_cell
from ..states.answers import KNOWN, SIGNED, fingerprint
from ..states.columns import instant_text
from ..states.decide import Stage
from ..states.history import Past, Takeovers, known_kinds, noon, open_refused
from ..states.history_runs import KEYS
from ..states.ids import new_id
from ..states.inputs import SHOWN, TEXT_LIMIT
from ..states.lifecycle import Lifecycle
from ..states.numbers import canonical_number
from .cli_input import plain_day
from .history_columns import COLUMNS, Mapped, folded
from .history_files import Line, Rows
from .history_kinds import Content, Kind, kind_of, placed
from .history_parties import Parties

#: Findings that are told one by one; the others are counted.
MOST = 100
#: A day before this one is a slip of the pen.
_OLDEST = "1900-01-01"
_PUBLIC = {
    **dict.fromkeys(("ja", "j", "yes", "y", "true", "wahr", "1", "x", "oeffentlich", "public"), True),
    **dict.fromkeys(
        (
            "nein",
            "n",
            "no",
            "false",
            "falsch",
            "0",
            "nichtoeffentlich",
            "nicht oeffentlich",
            "vertraulich",
            "not public",
        ),
        False,
    ),
}
_AT = {column: number for number, column in enumerate(COLUMNS)}
_DAYS = ("schreiben_vom", "eingang", "zugelassen", "beantwortet", "abgeschlossen")


class Ground(NamedTuple):
    """What rows are checked against."""

    stage_of: Callable[[str], Stage]
    lifecycles: Mapping[str, Lifecycle]
    takeovers: Takeovers
    parties: Parties
    mapped: Mapped
    today: str
    #: Cases that are still open are wanted too.
    open_cases: bool


class Faults:
    """What is wrong with files: the first hundred mistakes one by one, and how many there are."""

    def __init__(self) -> None:
        self.listed: list[Finding] = []
        self.count = 0

    def add(self, finding: Finding) -> None:
        """One more."""
        self.count += 1
        if self.count <= MOST:
            self.listed.append(finding)


class Check:
    """Checks the rows of one file."""

    def __init__(self, ground: Ground, rows: Rows, faults: Faults) -> None:
        self._ground, self._rows, self._faults = ground, rows, faults
        self._file = rows.sheet.name
        self._kinds: dict[str, Kind | None] = {}
        self._defaults = [
            (number, ground.mapped.defaults[c]) for c, number in _AT.items() if c in ground.mapped.defaults
        ]
        #: What is remarked but no mistake: code -> how often.
        self.notes: Counter[str] = Counter()
        #: Values that only the log can keep, by column.
        self.unplaced: Counter[str] = Counter()
        #: Why the row looked at last is bad, for the file of bad rows.
        self.reasons: list[Finding] = []

    def past(self, line: Line) -> Past | None:
        """The case of a row; None: it is bad, and what is wrong with it has been noted."""
        self.reasons = []
        if line.fault:
            self.fault(line.row, None, line.fault[0], **line.fault[1])
            return None
        cells = self._cleaned(line)
        kind = self._kind(line.row, cells)
        state = self._state(line.row, kind, cells) if kind else None
        days = self._days(line.row, cells)
        parties = self._parties(line.row, cells)
        self._texts(line.row, cells)
        public = self._public(line.row, cells[_AT["oeffentlich"]])
        if kind is None or state is None or self.reasons:
            return None
        content = _content(cells, days, parties, public=public)
        past = self._made(line.row, kind, state, (cells, content))
        return None if past is None or self._refused(past, kind) else past

    def fault(self, row: int, column: str | None, code: str, **params: object) -> None:
        """Note what is wrong with a row."""
        key = self._rows.called.get(column, column) if column else "–"
        finding = Finding(code=code, file=self._file, key=key, params=params, line=row)
        self.reasons.append(finding)
        self._faults.add(finding)

    def _cleaned(self, line: Line) -> list[str]:
        """The cells without blanks around them, without the marks of spreadsheets, with the defaults of the mapping."""
        cells = [cell.strip() for cell in line.cells]
        for number, cell in enumerate(cells):
            if cell and cell[0] in SUSPECT:
                cells[number] = self._unguarded(cell)
        for number, value in self._defaults:
            cells[number] = cells[number] or value
        return cells

    def _unguarded(self, cell: str) -> str:
        found = read_cell(cell)
        if found.formula:
            self.notes["history_note_formula"] += 1
        return found.text.strip()

    def _kind(self, row: int, cells: list[str]) -> Kind | None:
        given = cells[_AT["art"]]
        if given not in self._kinds:
            self._kinds[given] = self._found_kind(given)
        if self._kinds[given] is None:
            known = ", ".join(known_kinds(self._ground.lifecycles))
            code = "history_kind_unknown" if given else "history_kind_missing"
            self.fault(row, "art", code, given=given[:SHOWN], known=known)
        return self._kinds[given]

    def _found_kind(self, given: str) -> Kind | None:
        ground, name = self._ground, folded(given)
        name = ground.mapped.kinds.get(name, name)
        known = known_kinds(ground.lifecycles)
        labels = {folded(text): one for one in known for text in (*ground.lifecycles[one].label, one)}
        meant = labels.get(folded(name))
        return kind_of(ground.lifecycles[meant], ground.mapped) if meant else None

    def _state(self, row: int, kind: Kind, cells: list[str]) -> str | None:
        given = cells[_AT["zustand"]]
        state = kind.states.get(given) or kind.states.get(folded(given))
        if state is None:
            code = "history_state_unknown" if given else "history_state_missing"
            self.fault(row, "zustand", code, given=given[:SHOWN], known=", ".join(kind.lifecycle.states))
        elif state not in kind.final and not self._ground.open_cases:
            self.fault(row, "zustand", "history_state_open", state=state, final=", ".join(sorted(kind.final)))
            return None
        return state

    def _days(self, row: int, cells: list[str]) -> list[str]:
        """The days in the order in which they must have been, and the one that was due."""
        found: list[str] = []
        latest, before = "", ""
        for column in (*_DAYS, "frist"):
            given = cells[_AT[column]]
            day = iso_day(given) if given else ""
            if day is None or (day and day < _OLDEST):
                self.fault(row, column, "history_day", given=given[:SHOWN])
                day = ""
            elif day and column != "frist":
                if day > self._ground.today:
                    self.fault(row, column, "history_day_future", given=given[:SHOWN])
                elif day < latest:
                    other = self._rows.called.get(before, before)
                    self.fault(row, column, "history_day_order", given=given[:SHOWN], before=other)
                latest, before = max(day, latest), column
            found.append(day)
        if not found[0] and not found[1]:
            self.fault(row, "eingang", "history_day_missing")
        return found

    def _parties(self, row: int, cells: list[str]) -> list[str]:
        found: list[str] = []
        for column in ("fragesteller", "federfuehrung", "gremium"):
            given = cells[_AT[column]]
            key = self._ground.parties.key(column, given, (self._file, row)) if given else ""
            if key is None:  # told once for all rows that name it
                called = self._rows.called.get(column, column)
                params = {"given": given[:SHOWN]}
                self.reasons.append(Finding(code="history_party", file=self._file, key=called, params=params, line=row))
            found.append(key or "")
        return found

    def _texts(self, row: int, cells: list[str]) -> None:
        if not cells[_AT["betreff"]]:
            self.fault(row, "betreff", "history_subject_missing")
        if not cells[_AT["nummer"]] and not cells[_AT["kennung"]]:
            self.fault(row, "nummer", "history_number_missing")
        if max(map(len, cells)) <= TEXT_LIMIT and "\x00" not in "".join(cells):
            return
        for column, number in _AT.items():
            cell = cells[number]
            if len(cell) > TEXT_LIMIT:
                self.fault(row, column, "history_text_long", limit=TEXT_LIMIT)
            elif "\x00" in cell:
                self.fault(row, column, "history_text_unstorable")

    def _public(self, row: int, given: str) -> bool:
        if not given:
            self.notes["history_note_public"] += 1
            return False
        public = _PUBLIC.get(given) if given in _PUBLIC else _PUBLIC.get(folded(given))
        if public is None:
            self.fault(row, "oeffentlich", "history_public", given=given[:SHOWN])
        return bool(public)

    def _made(self, row: int, kind: Kind, state: str, has: tuple[list[str], Content]) -> Past | None:
        (cells, content), ground = has, self._ground
        is_final, day = state in kind.final, cells[_AT["abgeschlossen"]]
        closed = (day and iso_day(day)) or (content.answered if is_final else "")
        if bool(closed) != is_final:
            code = "history_closed_missing" if is_final else "history_closed_open"
            self.fault(row, "abgeschlossen", code, state=state)
            return None
        zone = ground.stage_of(kind.lifecycle.id).town.zone
        record, facts, said = self._placed(kind, content, zone)
        opened = content.received or content.letter
        own = cells[_AT["kennung"]]
        number = record.get("canonical") or (canonical_number(content.number) if content.number else "")
        follows, due = cells[_AT["folgt_auf"]], cells[_AT["frist"]]
        said |= {name: value for name, value in (("kennung", own), ("folgt_auf", follows)) if value}
        # A file with other names for the same things says nothing new.
        digest = sha256(
            orjson.dumps([kind.lifecycle.id, state, closed, due and iso_day(due), follows, number, *content[1:]])
        ).hexdigest()
        body = ground.stage_of(kind.lifecycle.id).town.key
        return Past(
            row,
            new_id(noon(opened, zone)),
            f"{KEYS}{body}:{ground.mapped.source}:{own or f'{kind.lifecycle.id}:{number}'}",
            digest,
            kind.lifecycle.id,
            state,
            opened,
            closed or None,
            content.answered or None,
            (iso_day(due) if due else None) or None,
            content.public,
            record,
            facts,
            said,
            canonical_number(follows) if follows else None,
        )

    def _placed(
        self, kind: Kind, content: Content, zone: ZoneInfo
    ) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
        """As `placed`; what was answered counts as signed and, if it is public, as published."""
        record, facts, said = placed(kind, content)
        self.unplaced.update(said.keys())
        if content.answered and (answer := fingerprint(kind.lifecycle, facts)):
            facts |= {SIGNED: answer, KNOWN: answer}  # there is no other text that could pass for it
        if content.answered and content.public and kind.is_paper:
            record["published_at"] = instant_text(noon(content.answered, zone))
        return record, facts, said

    def _refused(self, past: Past, kind: Kind) -> bool:
        if past.closed is not None:
            return False
        stage = self._ground.stage_of(kind.lifecycle.id)
        reason = open_refused(stage, past, self._ground.takeovers)
        if reason is not None:
            self.fault(past.row, "zustand", reason.code, **reason.params)
        return reason is not None


@lru_cache(maxsize=65_536)
def iso_day(given: str) -> str | None:
    """A day as it is stored: 2020-03-01, 1.3.2020, either with a time of day behind it; None: it is none."""
    text = given.replace("T", " ").split(" ")[0]
    try:
        return date.fromisoformat(plain_day(text)).isoformat()
    except ValueError:
        return None


def _content(cells: list[str], days: list[str], parties: list[str], *, public: bool) -> Content:
    return Content(
        " ".join(cells[_AT["nummer"]].split()),
        " ".join(cells[_AT["betreff"]].split()),
        parties[0],
        parties[1],
        parties[2],
        days[0],
        days[1],
        days[2],
        days[3],
        public,
        cells[_AT["wahlperiode"]],
        cells[_AT["fragen"]],
        cells[_AT["antwort"]],
        " ".join(cells[_AT["antwortnummer"]].split()),
    )
