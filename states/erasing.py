"""Erasing what is personal, or everything, from a family of closed cases: the SQL, in the caller's transaction.

The cases and the hashed part of their logs stay, so that every chain can be verified. Rows that hold words or names
only as copies are removed or emptied.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, String, cast, delete, func, literal, or_, select, update
from sqlalchemy.engine import CursorResult

from .anonymising import remaining, without
from .blackening import Private
from .database import Database
from .document_tables import DocumentRow, FileRow
from .erased_words import forget_words, words_of
from .following import Reached
from .history_runs import forget as forget_keys
from .lifecycle import Lifecycle
from .mail_tables import BounceRow, PreferenceRow, SuppressionRow
from .punctuality_rows import Known, renew
from .records import RECORDS, AbsenceRow, Paper, Person
from .retained import Member, References, files_of, references
from .roster_store import forget_person
from .search_rebuild import index_anew
from .search_tables import SearchDocumentRow
from .tables import WAITING, CaseRow, DeadlineRow, MessageRow, SignatureRow, TransitionRow, table_of
from .watch_tables import FailureRow

_case, _line, _signature, _deadline = (table_of(r) for r in (CaseRow, TransitionRow, SignatureRow, DeadlineRow))
_message, _failure, _bounce = (table_of(row) for row in (MessageRow, FailureRow, BounceRow))
_paper, _person = table_of(Paper), table_of(Person)
_document, _file, _text = table_of(DocumentRow), table_of(FileRow), table_of(SearchDocumentRow)
_preference, _absence, _suppression = table_of(PreferenceRow), table_of(AbsenceRow), table_of(SuppressionRow)
#: The columns of each typed record that hold words of somebody, which go; of a paper its subject may stay.
_WORDED = {"paper": ("name",), "consultation": ("agenda_item",), "meeting": ("name", "location")}


class Erasure(NamedTuple):
    """What is to be erased, and how."""

    body: str
    members: Sequence[Member]
    #: The lifecycles of the members, by id and version.
    lifecycles: Mapping[tuple[str, int], Lifecycle]
    #: Whom the cases name.
    private: Private
    #: Nothing but number, kind, states and days of the log remains; else the plain facts and the subject stay.
    whole: bool
    at: datetime
    #: What is known of who names which file, and how far the log was looked at for it.
    references: References
    looked_to: Reached
    #: By what the report on punctuality counts them from now on.
    known: Known

    @property
    def ids(self) -> list[str]:
        """The ids of the cases."""
        return [member.id for member in self.members]


class Erased(NamedTuple):
    """What was erased."""

    cases: int
    lines: int
    files: int


def erase(connection: Connection, wanted: Erasure, *, told_by: str) -> Erased:
    """Erase; `told_by` is the case that tells of it, of which only mails are emptied. Repeating it changes nothing."""
    _overwrite(connection)
    files = _free_files(connection, wanted)
    before = words_of(connection, wanted.ids)
    for member in wanted.members:
        _reduce(connection, wanted, member)
    lines = _erase_log(connection, wanted.ids)
    _empty_mails(connection, [*wanted.ids, told_by])
    _drop_copies(connection, wanted.ids)
    mine = _file.c.body == wanted.body, _file.c.sha256.in_(files)
    removed = _count(connection.execute(delete(_file).where(*mine)))
    index_anew(connection, wanted.ids)
    renew(connection, wanted.known, wanted.ids)
    forget_words(connection, before - words_of(connection, wanted.ids))
    return Erased(len(wanted.members), lines, removed)


def _overwrite(connection: Connection) -> None:
    """What SQLite deletes it would else leave on its pages."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")


def _reduce(connection: Connection, wanted: Erasure, member: Member) -> None:
    lifecycle = wanted.lifecycles[member.lifecycle, member.lifecycle_version]
    facts = {} if wanted.whole else remaining(lifecycle, member.facts, wanted.private)
    values: dict[str, Any] = {"facts": facts, "version": _case.c.version + 1, "changed_at": wanted.at}
    hidden = {"public": False} if wanted.whole else {}
    connection.execute(update(_case).where(_case.c.id == member.id).values(**values, **hidden))
    if lifecycle.record is None:
        return
    table, emptied = table_of(RECORDS[lifecycle.record]), dict.fromkeys(_WORDED[lifecycle.record])
    row = table.c.id == member.record_id
    subject = connection.execute(select(_paper.c.name).where(row)).scalar() if table is _paper else None
    kept = {} if wanted.whole or subject is None else {"name": without(subject, wanted.private)}
    connection.execute(update(table).where(row).values({**emptied, **kept, "modified": wanted.at}))


def _erase_log(connection: Connection, ids: Sequence[str]) -> int:
    """The personal part of every line, then the names beside the signatures (in that order, the triggers say)."""
    nothing = dict.fromkeys(("actor", "on_behalf_of", "reason", "data", "salt"))
    mine = _line.c.case_id.in_(ids), _line.c.salt.is_not(None)
    lines = _count(connection.execute(update(_line).where(*mine).values(**nothing)))
    unnamed = dict.fromkeys(("on_behalf_of", "drafted_by", "drafted_for", "remark"))
    signed = update(_signature).where(_signature.c.case_id.in_(ids), _signature.c.signer != "")
    connection.execute(signed.values(signer="", **unnamed))
    return lines


def _empty_mails(connection: Connection, ids: Sequence[str]) -> None:
    """Of a message stays when and why it went out; what still waits is cancelled."""
    mine = _message.c.case_id.in_(ids)
    waiting = _message.c.status.in_(_words(WAITING))
    connection.execute(update(_message).where(mine, waiting).values(status="cancelled", leased_until=None))
    named = select(_message.c.id).where(mine)
    connection.execute(delete(_bounce).where(_bounce.c.message_id.in_(named)))
    unnamed = literal("entfernt:").concat(cast(_message.c.id, String))
    empty = dict.fromkeys(("address", "subject", "error", "digest", "domain"))
    connection.execute(update(_message).where(mine).values(recipient=unnamed, params={}, **empty))


def _words(condition: str) -> list[str]:
    return condition.split("'")[1::2]


def _drop_copies(connection: Connection, ids: Sequence[str]) -> None:
    for table in (_document, _text, _failure):
        connection.execute(delete(table).where(table.c.case_id.in_(ids)))
    forget_keys(connection, ids)
    connection.execute(update(_deadline).where(_deadline.c.case_id.in_(ids)).values(trace=[], ladder=[]))


def _free_files(connection: Connection, wanted: Erasure) -> set[str]:
    """The files of the cases that no other case names."""
    mine, named = set(wanted.ids), files_of(connection, wanted.ids)
    newer = references(connection, wanted.looked_to, named) if named else {}
    others = (wanted.references, newer)
    return {digest for digest in named if all(known.get(digest, frozenset()) <= mine for known in others)}


def erase_person(connection: Connection, body: str, key: str) -> bool:
    """Remove a citizen whom nothing names any more; False: something still does."""
    quoted = f'%"{key}"%'
    named = select(_case.c.id).where(_case.c.body == body, cast(_case.c.facts, String).like(quoted))
    acted = or_(_line.c.actor == key, _line.c.on_behalf_of == key, cast(_line.c.data, String).like(quoted))
    logged = select(_line.c.id).join(_case, _case.c.id == _line.c.case_id).where(_case.c.body == body, acted)
    if connection.execute(named.limit(1)).first() or connection.execute(logged.limit(1)).first():
        return False
    mine = _person.c.body == body, _person.c.key == key
    address = connection.execute(select(func.lower(_person.c.email)).where(*mine)).scalar()
    connection.execute(delete(_suppression).where(_suppression.c.body == body, _suppression.c.address == address))
    connection.execute(delete(_preference).where(_preference.c.body == body, _preference.c.party_key == key))
    connection.execute(delete(_absence).where(_absence.c.body == body, _absence.c.person_key == key))
    forget_person(connection, body, key)
    return _count(connection.execute(delete(_person).where(*mine))) > 0


def tidy(database: Database) -> None:
    """On SQLite, merge the search indexes and empty the write-ahead log: both keep what was taken out until then."""
    if database.dialect != "sqlite":
        return
    with database.writing() as connection:
        _overwrite(connection)
        for index in ("vorgang_fts_paper", "vorgang_fts_subject", "vorgang_fts_word"):
            connection.exec_driver_sql(f"INSERT INTO {index} ({index}) VALUES ('optimize')")  # noqa: S608  # names are ours
    with closing(database.engine.raw_connection()) as pooled:
        pooled.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _count(result: "CursorResult[Any]") -> int:
    return result.rowcount
