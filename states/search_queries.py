"""What a search asks the database: spellings of a part of a word, the newest rows that match, the words of rows.

Only whole folded words (letters and digits, see `search_text`) are made into a query of FTS5 or a ``tsquery``, each in
quotation marks. The order is always that of the row's id, the newest first, and always limited: ranking is done in
Python on what comes, the same for both databases.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    String,
    TableClause,
    TextClause,
    bindparam,
    column,
    func,
    literal_column,
    select,
    table,
    text,
    true,
    union_all,
)

from .columns import Among
from .records import Consultation, Paper
from .search_tables import SearchDocumentRow, SearchRow
from .tables import CaseRow, DeadlineRow, table_of
from .visibility import PRIVATE

#: Words one after the other.
Phrase: TypeAlias = tuple[str, ...]
#: Any of these phrases.
AnyOf: TypeAlias = tuple[Phrase, ...]
#: One of these: all groups of it.
Expression: TypeAlias = tuple[tuple[AnyOf, ...], ...]

_row, _document, _case = table_of(SearchRow), table_of(SearchDocumentRow), table_of(CaseRow)
_consultation, _papers, _deadline = table_of(Consultation), table_of(Paper), table_of(DeadlineRow)
_paper = table("vorgang_fts_paper", column("id", BigInteger), column("rowid"), column("subject"), column("words"))
_subject = table("vorgang_fts_subject", column("rowid"))
_open = table("vorgang_fts_open", column("id", BigInteger))
_vocabulary = table("vorgang_fts_vocabulary", column("id"), column("word", String))


class Wanted(NamedTuple):
    """Which papers are searched; None: any."""

    body: str | None = None
    #: A lifecycle.
    kind: str | None = None
    #: Key of a party.
    originator: str | None = None
    since: date | None = None
    until: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """As conditions of the index."""
        found = [_row.c[name] == value for name, value in zip(self._fields[:3], self[:3], strict=True) if value]
        found += [_row.c.day >= self.since] if self.since else []
        return found + ([_row.c.day <= self.until] if self.until else [])


class Indexed(NamedTuple):
    """A row of the index: folded words."""

    id: int
    case_id: str
    day: date
    number: str | None
    number_words: str
    subject: str
    questions: str
    answers: str
    texts: str


class Document(NamedTuple):
    """A document as the index knows it."""

    case_id: str
    key: str
    title: str
    text: str
    words: str
    public: bool
    locked_until: date | None


def spellings(connection: Connection, parts: Sequence[str], most: int) -> dict[str, list[str]]:
    """For each of `parts` (folded, three letters or more) the words of papers that contain it; the shortest first."""
    if connection.dialect.name == "sqlite":
        found = {part: connection.execute(_SPELLED, {"part": f'"{part}"', "most": most}) for part in parts}
        return {part: list(words.scalars()) for part, words in found.items()}
    told: dict[str, list[str]] = {part: [] for part in parts}
    for part, word in connection.execute(_SPELLED_EACH, {"parts": list(told), "most": most}) if told else ():
        told[part].append(word)
    return told


_SPELLED = text(
    "SELECT word FROM vorgang_fts_vocabulary WHERE id IN (SELECT rowid FROM vorgang_fts_word WHERE vorgang_fts_word"
    " MATCH :part) ORDER BY length(word), word LIMIT :most"
)


def _spelled_each() -> Select[Any]:
    """All parts in one round trip; a part is letters and digits, so that nothing in it has a meaning of its own."""
    parts = func.unnest(bindparam("parts", type_=ARRAY(String))).table_valued("part").render_derived(name="asked")
    word = _vocabulary.c.word
    holds = word.like(func.concat("%", parts.c.part, "%"))
    words = select(word).where(holds).group_by(word).order_by(func.length(word), word).limit(bindparam("most"))
    found = words.correlate(parts).lateral("found")
    return select(parts.c.part, found.c.word).select_from(parts.join(found, true()))


_SPELLED_EACH = _spelled_each()


def known_words(connection: Connection, asked: Sequence[str]) -> set[str]:
    """Those of `asked` that occur in papers."""
    query = select(_vocabulary.c.word).where(Among(_vocabulary.c.word))
    return set(connection.execute(query, {"ids": list(asked)}).scalars()) if asked else set()


class Pool(NamedTuple):
    """Which rows are looked at: at most so many, older than a row, by the words of the subject alone or of all.

    `open`: those alone that everybody may know of by the flags of their case and paper (most others will be refused by
    the visibility predicate, and some of these); False: only the others; None: all.
    """

    limit: int
    below: int | None = None
    subject: bool = False
    open: bool | None = None


def matching(connection: Connection, asked: Expression, wanted: Wanted, pool: Pool) -> list[int]:
    """The ids of the rows that match, the newest first."""
    return matching_each(connection, [asked], wanted, pool)[0]


def matching_each(connection: Connection, asked: Sequence[Expression], wanted: Wanted, pool: Pool) -> list[list[int]]:
    """As `matching`, for several expressions; on PostgreSQL in few round trips."""
    if connection.dialect.name == "sqlite":
        return [list(connection.execute(_newest(connection, one, wanted, pool)).scalars()) for one in asked]
    found: list[list[int]] = [[] for _ in asked]
    for setting, many in ((_COSTLIEST, False), (_COSTLY, True)):
        numbers = [n for n, one in enumerate(asked) if (sum(map(len, _groups(one))) > _MANY) == many]
        queries = [(n, _newest(connection, asked[n], wanted, pool, n).subquery()) for n in numbers]
        if queries:
            connection.exec_driver_sql(setting)
            each = [select(literal_column(str(number)), query.c[0]) for number, query in queries]
            for number, key in connection.execute(union_all(*each)):
                found[number].append(key)
    return [sorted(ids, reverse=True) for ids in found]


def _newest(connection: Connection, asked: Expression, wanted: Wanted, pool: Pool, number: int = 0) -> Select[Any]:
    """The query for the newest rows that match; the `number`-th of a statement."""
    name = f"query{number}"
    if connection.dialect.name == "sqlite":
        source = _subject if pool.subject else _paper
        key = source.c.rowid
        matched = text(f"{source.name} MATCH :{name}").bindparams(**{name: fts5(asked)})
    else:
        source, key = _paper, _paper.c.id
        vector = _paper.c.subject if pool.subject else _paper.c.words
        matched = text(f"{_paper.name}.{vector.name} @@ to_tsquery('pg_catalog.german', :{name})").bindparams(
            **{name: tsquery(asked)}
        )
    found: Select[Any] = select(key).select_from(source).where(matched)
    if pool.open is not None:
        found = found.where(_opened(connection, source, shown=pool.open))
    if conditions := wanted.conditions():
        found = found.join(_row, _row.c.id == key).where(*conditions)
    if pool.below is not None:
        found = found.where(key < pool.below)
    return found.order_by(key.desc()).limit(pool.limit)


def opened(connection: Connection, ids: Sequence[int]) -> set[int]:
    """Those of the rows that everybody may know of by the flags of their case and paper."""
    if connection.dialect.name == "sqlite":
        query = select(_open.c.id).where(Among(_open.c.id))
    else:
        query = select(_paper.c.id).where(Among(_paper.c.id), text("open IS NOT FALSE"))
    return set(connection.execute(query, {"ids": list(ids)}).scalars()) if ids else set()


def _opened(connection: Connection, source: TableClause, *, shown: bool) -> TextClause:
    """The rows of `source` whose flags are up, or are not."""
    if connection.dialect.name == "sqlite":  # the sign keeps FTS5 from being asked for each row that is open
        return text(f"+{source.name}.rowid {'' if shown else 'NOT '}IN (SELECT id FROM vorgang_fts_open)")  # noqa: S608  # names are ours
    return text(f"{source.name}.open IS {'NOT FALSE' if shown else 'FALSE'}")


#: What the planner of PostgreSQL cannot know: that vectors are costly to look at. Else it reads those of all papers, in
#: the order of their age, for words that hardly any has. For very many words it is the index that is costly; one paper
#: of a few has one of them, and the newest such are found by their age. Nor is one plan good for all words.
_MANY = 8
_COSTLY, _COSTLIEST = (
    "SET LOCAL enable_seqscan = off; SET LOCAL enable_mergejoin = off; SET LOCAL max_parallel_workers_per_gather = 0;"
    # Compiling pays for queries that really take as long as these are told to.
    f" SET LOCAL jit = off; SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL cpu_operator_cost = {cost}"
    for cost in (0.01, 1)
)
_USUAL = "SET LOCAL cpu_operator_cost = DEFAULT"


def _groups(asked: Expression) -> Iterable[AnyOf]:
    return (group for groups in asked for group in groups)


def fts5(asked: Expression) -> str:
    """`asked` in the language of FTS5."""
    return " OR ".join(f"({' AND '.join(f'({_any_fts5(group)})' for group in groups)})" for groups in asked)


@lru_cache(maxsize=64)
def _any_fts5(group: AnyOf) -> str:
    return " OR ".join(f'"{" ".join(phrase)}"' for phrase in group)


def tsquery(asked: Expression) -> str:
    """`asked` in the language of PostgreSQL."""
    return " | ".join(f"({' & '.join(f'({_any_tsquery(group)})' for group in groups)})" for groups in asked)


@lru_cache(maxsize=64)
def _any_tsquery(group: AnyOf) -> str:
    return " | ".join(f"({' <-> '.join(_quoted(word) for word in phrase)})" for phrase in group)


def _quoted(word: str) -> str:
    return f"'{word}'"


def with_numbers(connection: Connection, numbers: Sequence[str], wanted: Wanted) -> list[int]:
    """The ids of the rows of papers with one of these canonical numbers, the newest first."""
    query = select(_row.c.id).where(Among(_row.c.number), *wanted.conditions()).order_by(_row.c.id.desc()).limit(50)
    return list(connection.execute(query, {"ids": list(numbers)}).scalars()) if numbers else []


def indexed(connection: Connection, ids: Iterable[int]) -> dict[int, Indexed]:
    """Rows by their id."""
    query = select(*(_row.c[name] for name in Indexed._fields)).where(Among(_row.c.id))
    found = list(ids)
    return {row[0]: Indexed(*row) for row in connection.execute(query, {"ids": found}).all()} if found else {}


def number_words(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    """The words of the numbers of rows, by the ids of the rows."""
    query = select(_row.c.id, _row.c.number_words).where(Among(_row.c.id))
    return dict(connection.execute(query, {"ids": ids}).tuples().all()) if ids else {}


def case_ids(connection: Connection, ids: Iterable[int]) -> dict[int, str]:
    """The cases of rows, by the id of the row."""
    found = list(ids)
    query = select(_row.c.id, _row.c.case_id).where(Among(_row.c.id))
    return {row[0]: row[1] for row in connection.execute(query, {"ids": found})} if found else {}


def documents(connection: Connection, case_ids: Sequence[str]) -> list[Document]:
    """The documents of these cases, in the order in which they came."""
    query = select(*(_document.c[name] for name in Document._fields)).where(Among(_document.c.case_id))
    ordered = query.order_by(_document.c.added_at, _document.c.key)
    return [Document(*row) for row in connection.execute(ordered, {"ids": list(case_ids)}).all()] if case_ids else []


def published(connection: Connection, ids: Iterable[int], citizens: Collection[str] = ()) -> set[int]:
    """Those of the rows that everybody may know every word of for certain.

    They are published, below no other case, with no clock left, without private names and from none of the `citizens`.
    What is counted for readers who may not know everything is counted among these alone.
    """
    found = list(ids)
    waiting = select(_deadline.c.id).where(_deadline.c.case_id == _case.c.id, _deadline.c.settled_at.is_(None))
    query = (
        select(_row.c.id)
        .join(_case, _case.c.id == _row.c.case_id)
        .join(_papers, _papers.c.id == _case.c.paper_id)
        .where(Among(_row.c.id), _case.c.public, _papers.c.public, _papers.c.published_at.is_not(None))
        .where(_case.c.parent_id.is_(None), ~waiting.exists())
        .where(_case.c.facts[PRIVATE].as_string().is_(None))
        .where(_row.c.originator.is_(None) | _row.c.originator.not_in(list(citizens)))
    )
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_USUAL)
    return set(connection.execute(query, {"ids": found}).scalars()) if found else set()


def newest(connection: Connection) -> int:
    """The highest id of a row; about as many rows as there are. 0: none."""
    return connection.execute(select(func.max(_row.c.id))).scalar() or 0


def missing(connection: Connection) -> int:
    """How many cases with a paper of their own are not indexed."""
    query = select(func.count()).select_from(_case.outerjoin(_row, _row.c.case_id == _case.c.id))
    return connection.execute(query.where(_case.c.record_id == _case.c.paper_id, _row.c.id.is_(None))).scalar_one()


def finds_parts_quickly(connection: Connection) -> bool:
    """Whether the words that contain a part are found by an index; False: PostgreSQL without pg_trgm."""
    if connection.dialect.name == "sqlite":
        return True
    schema = connection.get_execution_options().get("schema_translate_map", {}).get(None)
    name = f'"{schema}".vorgang_fts_word' if schema else "vorgang_fts_word"
    return bool(connection.execute(select(func.to_regclass(name).is_not(None))).scalar_one())


def sessions_before(connection: Connection, body: str, day: date, number: int) -> list[date]:
    """The last days before `day` on which a body of the council dealt with a paper, the newest first."""
    met = _consultation.c.meeting_date
    query = select(met).where(_consultation.c.body == body, met < day).distinct().order_by(met.desc()).limit(number)
    return list(connection.execute(query).scalars())
