"""Taking over the cases of another system: files are checked whole, then their cases come in, thousands at a time.

Nothing is taken over of a file in which anything is wrong, unless its bad rows are to be set aside. A row is recognised
by its key and taken over once, however often its file is read; a run that was ended goes on where it was.
"""

import marshal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, NamedTuple, Self, TypeAlias

import orjson

from ..config.collector import without_collector
from ..config.errors import AuthorError, Finding, Refusal, RefusedError
from ..states import history_runs
from ..states.decide import Stage
from ..states.history import EVENT, ROLES, Origin, Past, Takeovers, role_of
from ..states.history_rows import Batch, RunMark, rows_of
from ..states.history_runs import Run
from ..states.history_seen import Seen
from ..states.punctuality_rows import lines_left
from ..states.search_rebuild import reindex
from ..states.step import Actor
from .history_aside import Aside
from .history_check import Check, Faults, Ground
from .history_columns import Mapped
from .history_files import Line, Rows, Sheet, examined
from .history_known import FRESH, KNOWN, Known, numbers_of
from .history_parties import Parties
from .history_report import FileReport, Report
from .punctuality import keep_up
from .workflow import Workflow

#: Told how far a piece of work is: so many of so many.
Tell: TypeAlias = Callable[[int, int], None]
#: Rows that are checked together, and cases of one transaction.
AT_ONCE = 2_000


def _silent(_done: int, _of: int) -> None:
    """Tell nobody."""


def _tell_of_all(tell: Tell, before: int, lines: int, done: int) -> None:
    """A file is read so far; `before` lines were in those before it."""
    tell(before + done, max(lines, before + done))


class Wish(NamedTuple):
    """How files are to be taken over."""

    mapped: Mapped = Mapped()
    #: Cases that are still open come in too.
    open_cases: bool = False
    #: Where bad rows are set aside, as CSV; None: then nothing is taken over.
    bad_rows: Path | None = None

    def digest(self) -> str:
        """What tells one wish from another."""
        said = [self.mapped._asdict(), self.open_cases, self.bad_rows is not None]
        return sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


class _Checked:
    """A file that was checked: its new cases lie in a file without a name."""

    def __init__(self, sheet: Sheet, rows: Rows) -> None:
        self.sheet, self.rows = sheet, rows
        self.spool: IO[bytes] = TemporaryFile()  # noqa: SIM115  # closed with the takeover
        #: How long each piece is.
        self.pieces: list[int] = []
        self.counts: Counter[str] = Counter()
        self.last = 0

    def keep(self, pasts: list[Past], last: int) -> None:
        """Keep the new cases of some rows for later."""
        piece = marshal.dumps((last, [tuple(past) for past in pasts]))
        self.spool.write(piece)
        self.pieces.append(len(piece))

    def pieces_kept(self) -> Iterator[tuple[int, list[Past]]]:
        """What was kept: the last row looked at, and the new cases up to it."""
        self.spool.seek(0)
        for length in self.pieces:
            last, found = marshal.loads(self.spool.read(length))  # noqa: S302  # our own, a moment ago
            yield last, [Past(*one) for one in found]

    def report(self) -> FileReport:
        """What the file holds."""
        count, sheet = self.counts, self.sheet
        told = (count["rows"], count["fresh"], count["known"], count["bad"], self.rows.empty, self.rows.unknown)
        return FileReport(sheet.name, sheet.sha256, sheet.encoding, sheet.delimiter, *told)


class History:
    """Files of historical cases, to be taken over into one municipality by one person."""

    def __init__(self, workflow: Workflow, body: str, actor: Actor, wish: Wish) -> None:
        self._workflow, self._actor, self._wish = workflow, actor, wish
        self._town = workflow.directory.town(body)
        role = role_of(self._town, actor)
        if role is None:
            raise RefusedError(Refusal("role_missing", {"event": EVENT, "roles": ", ".join(ROLES)}))
        self._role = role
        self._now = workflow.clock.now()
        self._stages: dict[str, Stage] = {}
        self._seen = Seen()
        self._stack = ExitStack()
        self._stack.callback(self._seen.close)
        self._stack.enter_context(without_collector())
        self._faults, self._parties = Faults(), Parties(self._town, wish.mapped)
        self._files: list[_Checked] = []
        self._by_state: Counter[str] = Counter()
        self._notes: Counter[str] = Counter()
        self._unplaced: Counter[str] = Counter()
        self._aside: Aside | None = None
        #: Cases taken over so far.
        self.imported = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    # --- checking ---

    def check(self, paths: Sequence[Path], tell: Tell = _silent) -> Report:
        """Read the files whole and say what they hold; nothing is written.

        Raises:
            InvalidInputError: a file cannot be read.
            AuthorError: rows are wrong, and bad rows are not to be set aside.
        """
        if self._wish.bad_rows is not None:
            self._aside = self._stack.enter_context(Aside(self._wish.bad_rows, single=len(paths) == 1))
        sheets = [examined(path) for path in paths]
        lines, before = sum(sheet.lines for sheet in sheets), 0
        for sheet in sheets:
            self._check(sheet, partial(_tell_of_all, tell, before, lines))
            before += sheet.lines
        findings = self._findings()
        if findings and self._aside is None:
            raise AuthorError(findings)
        return self.report()

    def report(self) -> Report:
        """What the files hold."""
        files = [one.report() for one in self._files]
        rows, fresh, known, bad = (
            sum(counts) for counts in zip(*((f.rows, f.fresh, f.known, f.bad) for f in files), strict=True)
        )
        return Report(files, rows, fresh, known, bad, dict(self._by_state), dict(self._notes), dict(self._unplaced))

    def _findings(self) -> list[Finding]:
        """All that is wrong: row by row as far as they are listed, and each unknown name once."""
        found = list(self._faults.listed)
        if self._faults.count > len(found):
            more = {"count": self._faults.count - len(found)}
            found.append(Finding(code="history_more", file=self._files[0].sheet.name, key="–", params=more))
        for one in self._parties.unknown.values():
            code = "history_party_unclear" if one.candidates else "history_party_unknown"
            params = {"given": one.name, "count": one.rows, "candidates": ", ".join(one.candidates)}
            found.append(Finding(code=code, file=one.file, key=one.column, params=params, line=one.row))
        return found

    def _stage(self, kind: str) -> Stage:
        if kind not in self._stages:
            program = self._workflow.library.get(kind, None)
            self._stages[kind] = Stage.at(program, self._town, self._now)
        return self._stages[kind]

    def _takeovers(self, sheet: Sheet) -> Takeovers:
        origin = Origin(self._wish.mapped.source, sheet.name, sheet.sha256, self._actor, self._role)
        return Takeovers(self._stage, origin)

    def _check(self, sheet: Sheet, tell: Callable[[int], None]) -> None:
        rows = Rows(sheet, self._wish.mapped)
        file = _Checked(sheet, rows)
        self._stack.callback(file.spool.close)
        self._files.append(file)
        newest = self._workflow.library.newest
        lifecycles = {name: self._workflow.library.get(name, None).lifecycle for name in newest}
        today = self._town.today(self._now).isoformat()
        ground = Ground(
            self._stage,
            lifecycles,
            self._takeovers(sheet),
            self._parties,
            self._wish.mapped,
            today,
            self._wish.open_cases,
        )
        check = Check(ground, rows, self._faults)
        known = Known(self._workflow, self._run(sheet), whole=self._aside is None)
        for lines in _pieces(rows):
            self._sort(file, check, known, lines)
            tell(lines[-1].row)
        self._notes.update(check.notes)
        self._unplaced.update(check.unplaced)

    def _sort(self, file: _Checked, check: Check, known: Known, lines: list[Line]) -> None:
        """Some rows: which are bad, known, or new."""
        sound: list[tuple[Line, Past]] = []
        for line in lines:
            past = check.past(line)
            if past is None:
                self._bad(file, line, check)
            else:
                sound.append((line, past))
        places = [f"{file.sheet.name}:{past.row}" for _, past in sound]
        doubles = self._doubles([past for _, past in sound], places)
        standing = known.of([past for _, past in sound])
        fresh: list[Past] = []
        for number, (line, past) in enumerate(sound):
            check.reasons = []
            if number in doubles:
                column = "nummer" if past.record.get("reference") else "kennung"
                check.fault(past.row, column, "history_double", place=doubles[number])
            elif standing[number] == FRESH:
                fresh.append(past)
                self._by_state[f"{past.kind}/{past.state}"] += 1
            elif standing[number] != KNOWN:
                check.fault(past.row, "nummer", standing[number], given=past.record.get("reference") or "–")
            else:
                file.counts["known"] += 1
            if check.reasons:
                self._bad(file, line, check)
        file.counts.update(rows=len(lines), fresh=len(fresh))
        file.last = lines[-1].row
        if fresh:
            file.keep(fresh, file.last)

    def _bad(self, file: _Checked, line: Line, check: Check) -> None:
        file.counts["bad"] += 1
        if self._aside is not None:
            self._aside.put(file.rows.header, line, check.reasons)

    def _doubles(self, pasts: list[Past], places: list[str]) -> dict[int, str]:
        """Rows whose key or number another row had before, and where."""
        texts: list[tuple[str, str, str | None]] = []
        owners: list[int] = []
        for number, (past, place) in enumerate(zip(pasts, places, strict=True)):
            for text in (past.key, *numbers_of(past)):
                texts.append((text, place, past.id))
                owners.append(number)
        return {owners[index]: place for index, place in self._seen.add(texts).items()}

    # --- taking over ---

    def take_over(self, tell: Tell = _silent) -> int:
        """Take over what was found new and sound; how many cases.

        Raises:
            ConflictError: somebody else takes the same file over, or has just taken a number.
        """
        of = sum(file.counts["fresh"] for file in self._files)
        for file in self._files:
            self._take_over(file, lambda: tell(self.imported, of))
        if self._aside is not None:
            self._aside.finish()
        return self.imported

    def index(self, tell: Tell = _silent) -> int:
        """Let the search find them; how many were not in its index."""
        return reindex(self._workflow.database, tell, missing=True)

    def follow(self, tell: Tell = _silent) -> int:
        """Let the report on punctuality count them, so that nobody who asks for it waits; how many were looked at.

        What is interrupted goes on where it was, here as in the next report.
        """
        of = lines_left(self._workflow.database)
        return keep_up(self._workflow, tell=lambda done: tell(done, max(of, done)))

    def _take_over(self, file: _Checked, tell: Callable[[], None]) -> None:
        run, takeovers = self._run(file.sheet), self._takeovers(file.sheet)
        with self._workflow.database.writing() as connection:
            reached = history_runs.begin(connection, run, self._now)
        record = {name: self._stage(name).program.lifecycle.record for name in self._kinds()}
        still = RunMark(run.body, run.sha256, run.terms, reached, reached, 0, self._now, finished=False)
        for last, pasts in file.pieces_kept():
            mark = still._replace(before=reached, reached=max(last, reached), imported=len(pasts))
            rows = rows_of(map(takeovers.decide, self._linked(pasts)), record)
            self._workflow.engine.take_over(Batch(rows, mark))
            reached, self.imported = mark.reached, self.imported + len(pasts)
            tell()
        done = still._replace(before=reached, reached=max(file.last, reached), finished=True)
        self._workflow.engine.take_over(Batch({}, done))

    def _kinds(self) -> set[str]:
        return {name.partition("/")[0] for name in self._by_state}

    def _linked(self, pasts: list[Past]) -> list[Past]:
        """The cases with those that they follow up, as far as they are here."""
        wanted = list({past.follows for past in pasts if past.follows})
        if not wanted:
            return pasts
        cases = {number.removeprefix("#"): one for number, one in self._seen.cases([f"#{n}" for n in wanted]).items()}
        with self._workflow.database.reading() as connection:
            cases |= history_runs.cases_of(connection, self._town.key, wanted)
        return [
            past._replace(record={**past.record, "follows_id": cases.get(past.follows)}) if past.follows else past
            for past in pasts
        ]

    def _run(self, sheet: Sheet) -> Run:
        return Run(self._town.key, sheet.sha256, self._wish.digest(), sheet.name, self._wish.mapped.source)


def _pieces(rows: Rows) -> Iterator[list[Line]]:
    piece: list[Line] = []
    for line in rows:
        piece.append(line)
        if len(piece) == AT_ONCE:
            yield piece
            piece = []
    if piece:
        yield piece
