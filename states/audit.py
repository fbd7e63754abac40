"""Has anybody changed the log? `verify` answers; `sign_head`, called daily, gives it something to hold on to.

What is found, by whom the database could be changed at will (triggers dropped, no key):

* A line changed, removed from the midst or put in: always, by the chain of its case.
* The end of a log cut off, a line added without the engine, a case or a whole log deleted: always, as long as only the
  log or only the case was touched, for the case keeps the length and the end of its log.
* Log and case rewritten together so that they fit: by the heads, for every line that a head covers.
* Heads rewritten as well: by their signatures, as long as the key is safe and its public half comes from elsewhere.
* The newest heads removed together with all that they cover: by a head's hash that was kept elsewhere (on paper, in a
  mail, in another system) and is given as `expected_head`.

What cannot be found: lines newer than the last head, and the last head's kept hash, cut off or rewritten together with
their cases. Hence one head a day at least, and its hash sent out of the house of whoever runs the database. Facts,
deadlines and messages are not part of the chain; the log holds what was entered.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any, NamedTuple

from sqlalchemy import Connection, String, Table, func, insert, select, type_coerce

from ..config.clock import Clock
from ..config.errors import StoreError
from .audit_chains import CaseEnd, Tally, check_chains, line_from, parsed, stored_instant
from .audit_findings import AuditFinding
from .audit_heads import Digest, Head, HeadTally, LineHash, check_heads, signed_message
from .audit_keys import PublicKey, SigningKey
from .audit_signatures import SignedRow, watched
from .columns import instant_text, parse_instant
from .database import Database
from .ledger import GENESIS, Line
from .retained import DISPOSAL, DISPOSED
from .statements import LINE
from .tables import CaseRow, HeadRow, SignatureRow, TransitionRow, table_of

#: Findings that a report lists; the rest are only counted.
MOST_FINDINGS = 1000
#: Rows fetched at once, and lines between two reports of progress.
_CHUNK = 2000

#: Called with the lines checked so far and their number in all; each line is looked at twice.
Progress = Callable[[int, int], None]

_CASE, _LINE, _HEAD = table_of(CaseRow), table_of(TransitionRow), table_of(HeadRow)
_SIGNATURE = table_of(SignatureRow)


class ErasedBy(NamedTuple):
    """What was erased under one rule, as the log of those disposals tells it."""

    rule: str
    cases: int
    lines: int


class AuditReport(NamedTuple):
    """What an audit saw."""

    cases: int
    lines: int
    #: Lines whose personal part has been erased; their chain stays whole.
    erased: int
    heads: int
    #: Lines newer than the newest head.
    unsigned: int
    #: The newest head; its hash is what to keep elsewhere.
    head: Head | None
    #: False: no keys were given, so nobody knows who made the heads.
    signatures_checked: bool
    #: How much is wrong; `findings` lists the first `MOST_FINDINGS`.
    found: int
    findings: tuple[AuditFinding, ...]
    #: Of the erased lines those that a rule has erased, by the rule.
    erased_by: tuple[ErasedBy, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether everything is as it was written."""
        return self.found == 0


def verify(
    database: Database,
    *,
    keys: Sequence[PublicKey] = (),
    expected_head: str | None = None,
    progress: Progress | None = None,
) -> AuditReport:
    """Check every line, case and head on one snapshot, in constant memory, while others keep writing."""
    tally, heads = Tally(), HeadTally()
    with database.reading() as connection, ExitStack() as stack:
        rows = _Rows(connection, stack, progress)
        found: list[AuditFinding] = []
        count = 0
        for finding in _everything(rows, keys, expected_head, (tally, heads)):
            count += 1
            if count <= MOST_FINDINGS:
                found.append(finding)
        erased_by = _erased_by(connection)
    return AuditReport(
        cases=tally.cases,
        lines=tally.lines,
        erased=tally.erased,
        heads=heads.heads,
        unsigned=heads.unsigned,
        head=heads.newest,
        signatures_checked=bool(keys),
        found=count,
        findings=tuple(found),
        erased_by=erased_by,
    )


def sign_head(database: Database, key: SigningKey, clock: Clock) -> Head:
    """Sign all lines since the last head; where there are none, the last head stands.

    Two callers at once make one head after the other.

    Raises:
        StoreError: Lines that the last head covers are gone (``audit_log_shortened``), or the database cannot be used.
    """
    with database.writing() as connection, ExitStack() as stack:
        last_id = _settled_end(connection)
        before = _newest(connection)
        if before is not None and before.last_id > last_id:
            raise StoreError("audit_log_shortened", head=before.id, at=before.at)
        if before is not None and before.last_id == last_id:
            return before
        digest = Digest()
        for line in _Rows(connection, stack).hashes(before, last_id):
            digest.add(line.hash)
        at, prev_hash = instant_text(clock.now()), before.hash if before else GENESIS
        head_hash = digest.hash(at, last_id, prev_hash)
        signature = key.sign(signed_message(head_hash))
        head = Head(0, at, last_id, digest.lines, prev_hash, head_hash, key.public.id, signature)
        return head._replace(id=_write(connection, head))


class _Rows:
    """The rows of an audit, streamed; every open cursor ends with the stack."""

    def __init__(self, connection: Connection, stack: ExitStack, progress: Progress | None = None) -> None:
        self._connection = connection
        self._stack = stack
        self._progress = progress
        self._done = 0
        self._total = 2 * (self._count() if progress else 0)

    def cases(self) -> Iterator[CaseEnd]:
        """The ends of all logs as the cases tell them, by id."""
        for row in self._stream(_raw(_CASE, ("id", "state", "log_seq", "log_hash")).order_by(_CASE.c.id)):
            yield CaseEnd(str(row[0]), *row[1:])

    def lines(self) -> Iterator[Line]:
        """All lines, case by case."""
        for row in self._counted(self._stream(_raw(_LINE, LINE).order_by(_LINE.c.case_id, _LINE.c.seq))):
            yield line_from(row)

    def signatures(self) -> Iterator[SignedRow]:
        """All signatures, case by case."""
        query = _raw(_SIGNATURE, SignedRow._fields).order_by(_SIGNATURE.c.case_id, _SIGNATURE.c.seq)
        for row in self._stream(query):
            one = SignedRow(*row)
            yield one._replace(case_id=str(one.case_id), at=stored_instant(one.at))

    def hashes(self, after: Head | None = None, up_to: int | None = None) -> Iterator[LineHash]:
        """The hashes of the lines after those of a head, in the order of writing."""
        query = select(_LINE.c.id, _LINE.c.hash).order_by(_LINE.c.id)
        if after is not None:
            query = query.where(_LINE.c.id > after.last_id)
        if up_to is not None:
            query = query.where(_LINE.c.id <= up_to)
        return (LineHash(*row) for row in self._counted(self._stream(query)))

    def heads(self) -> Iterator[Head]:
        """All heads, oldest first."""
        return (_head(row) for row in self._stream(_raw(_HEAD, Head._fields).order_by(_HEAD.c.id)))

    def _stream(self, query: Any) -> Iterable[Any]:
        options = {"stream_results": True, "yield_per": _CHUNK}
        return self._stack.enter_context(self._connection.execute(query, execution_options=options))

    def _counted(self, rows: Iterable[Any]) -> Iterator[Any]:
        for row in rows:
            self._done += 1
            if self._progress and self._done % _CHUNK == 0:
                self._progress(self._done, self._total)
            yield row
        if self._progress:
            self._progress(self._done, self._total)

    def _count(self) -> int:
        return self._connection.execute(select(func.count()).select_from(_LINE)).scalar_one()


def _everything(
    rows: _Rows, keys: Sequence[PublicKey], expected_head: str | None, tallies: tuple[Tally, HeadTally]
) -> Iterator[AuditFinding]:
    chains, heads = tallies
    signed: list[AuditFinding] = []
    yield from check_chains(rows.cases(), watched(rows.lines(), rows.signatures(), signed), chains)
    yield from signed
    yield from check_heads(rows.heads(), rows.hashes(), keys, heads)
    if expected_head is not None and expected_head not in heads.hashes:
        yield AuditFinding(code="audit_anchor_missing", params={"expected": expected_head})


def _erased_by(connection: Connection) -> tuple[ErasedBy, ...]:
    """The lines that tell of an erasure, summed up; whether they are what was written, the chains say."""
    columns = type_coerce(_LINE.c.data, String), type_coerce(_CASE.c.facts, String)
    query = select(*columns).join(_CASE, _CASE.c.id == _LINE.c.case_id)
    sums: dict[str, tuple[int, int]] = {}
    for data, facts in connection.execute(query.where(_CASE.c.lifecycle == DISPOSAL, _LINE.c.target.in_(DISPOSED))):
        told, rule = _known(data), str(_known(facts).get("regel"))
        cases, lines = sums.get(rule, (0, 0))
        sums[rule] = (cases + _number(told.get("vorgaenge")), lines + _number(told.get("zeilen")))
    return tuple(ErasedBy(rule, *sums[rule]) for rule in sorted(sums))


def _known(value: Any) -> dict[str, Any]:
    found = parsed(value)
    return found if isinstance(found, dict) else {}


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _raw(table: Table, columns: Iterable[str]) -> Any:
    """Columns as the driver reads them: what is hashed is what is stored."""
    return select(*(type_coerce(table.c[name], String) for name in columns))


def _head(row: Any) -> Head:
    head = Head(*row)
    return head._replace(at=stored_instant(head.at))


def _newest(connection: Connection) -> Head | None:
    row = connection.execute(_raw(_HEAD, Head._fields).order_by(_HEAD.c.id.desc()).limit(1)).first()
    return None if row is None else _head(row)


def _settled_end(connection: Connection) -> int:
    """The id of the last line below which nothing can be added any more.

    On PostgreSQL a transaction may have taken a lower id and commit later. The lock waits for all who have written to
    the log and keeps new ones out; who comes after it gets a higher id. Rolled back to the savepoint at once, it holds
    nobody up while the lines are read. The lock on the heads stays to the end: one signer at a time. On SQLite whoever
    writes is alone anyway.
    """
    end = select(func.coalesce(func.max(_LINE.c.id), 0))
    if connection.dialect.name != "postgresql":
        return int(connection.execute(end).scalar_one())
    # Whoever waits for a table makes all who come later wait behind him.
    connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
    connection.exec_driver_sql(f"LOCK TABLE {_qualified(connection, _HEAD)} IN SHARE ROW EXCLUSIVE MODE")
    with connection.begin_nested() as moment:
        connection.exec_driver_sql(f"LOCK TABLE {_qualified(connection, _LINE)} IN SHARE MODE")
        last_id = int(connection.execute(end).scalar_one())
        moment.rollback()
    return last_id


def _qualified(connection: Connection, table: Table) -> str:
    schema = (connection.get_execution_options().get("schema_translate_map") or {}).get(None)
    quote = connection.dialect.identifier_preparer.quote_identifier
    return ".".join(quote(part) for part in (schema, table.name) if part)


def _write(connection: Connection, head: Head) -> int:
    values = {**head._asdict(), "at": parse_instant(head.at)}
    del values["id"]
    result = connection.execute(insert(_HEAD).values(**values).returning(_HEAD.c.id))
    return int(result.scalar_one())
