"""Keeping the search current: the words of a case are written in the transaction of the event that changed them.

Why not by triggers on the cases, or later by whoever delivers mail: a trigger would look at the facts of every event
inside the database, and what is written later is not found after the commit. Here an event that changes nothing
searchable costs a few comparisons in Python (`is_searched`).

The statements are the same on both databases but for their placeholders; what follows from a row (the indexes) is the
business of the triggers on it.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

import orjson

from .numbers import canonical_number
from .search_text import LONGEST_WORD, STOP_WORDS, words
from .step import Case, Step
from .tables import PREFIX
from .visibility import PUBLIC

#: Runs a statement of the driver with parameters.
Execute = Callable[..., Any]

#: The facts whose texts are searched, by the column of the index: name of the fact, and of a record the parts of it.
#: What is not named here (remarks, reasons, notes to an office) is nobody's to find.
SEARCHED: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "questions": (("fragen", ()),),
    "answers": (("antworten", ("antwort",)), ("zusagen", ("zusage",)), ("angaben", ("text",))),
}
SUBJECT = "betreff"
#: Facts that may name the party from which a paper comes.
ORIGINATORS = ("fragesteller", "antragsteller", "verfasser")

_FACTS = (SUBJECT, *ORIGINATORS, *(name for facts in SEARCHED.values() for name, _ in facts))
_COLUMNS = ("case_id", "body", "kind", "originator", "day", "number", "number_words", "subject", "questions", "answers")
#: Where the words stand in a row.
_WORDS = slice(_COLUMNS.index("number_words"), None)
#: Characters of one column that are indexed: more would not fit into a tsvector.
MOST = 150_000
_DOCUMENTS = 300_000


class Paper(NamedTuple):
    """What the index takes from the typed record of a case."""

    reference: str | None = None
    name: str | None = None
    date: str | date | None = None


def is_searched(step: Step, record: str | None) -> bool:
    """Whether the step changes what can be found of its case: compared by identity first, for it is asked of each."""
    case = step.case
    if case.log_seq == 0:
        return record == "paper" or (case.parent_id is None and SUBJECT in step.facts)
    if record is not None:
        if record != "paper":
            return False
        if step.record:
            return True
    before, after = case.facts, step.facts
    if before is after or (case.parent_id is not None and record is None):
        return False
    return any(before.get(name) != after.get(name) for name in _FACTS)


def texts_of(facts: Mapping[str, Any], column: str) -> Iterable[str]:
    """The texts of a case that stand in a column of the index."""
    for name, parts in SEARCHED[column]:
        found = facts.get(name)
        for item in found if isinstance(found, list) else [found]:
            if isinstance(item, str):
                yield item
            elif isinstance(item, Mapping) and item.get(PUBLIC) is not False:  # else others would find its case by it
                yield from (item[part] for part in parts if isinstance(item.get(part), str))


class Statements(NamedTuple):
    """What the index asks of a database."""

    paper: str
    put: str
    known: str
    spellings: str
    of_document: str


@cache
def _statements(mark: str, prefix: str) -> Statements:
    columns, marks = ", ".join(_COLUMNS), ", ".join([mark] * len(_COLUMNS))
    table, paper, vocabulary = (prefix + PREFIX + name for name in ("search", "paper", "fts_vocabulary"))
    changes = ", ".join(f"{column} = excluded.{column}" for column in _COLUMNS[1:])
    new = (
        f"INSERT INTO {vocabulary} (word) SELECT w FROM jsonb_array_elements_text({mark}::jsonb) w"  # noqa: S608  # names are ours
        f" WHERE NOT EXISTS (SELECT FROM {vocabulary} WHERE word = w)"  # names are ours
        if mark == "%s"
        else f"INSERT OR IGNORE INTO {vocabulary} (word) SELECT value FROM json_each({mark})"  # noqa: S608  # as above
    )
    return Statements(
        paper=f"SELECT reference, name, date FROM {paper} WHERE id = {mark}",  # noqa: S608  # as above
        put=f"INSERT INTO {table} ({columns}, texts) VALUES ({marks}, '')"  # noqa: S608  # as above
        f" ON CONFLICT (case_id) DO UPDATE SET {changes}",  # as above
        known=f"SELECT words FROM {table}_document WHERE case_id = {mark} ORDER BY added_at, key",  # noqa: S608  # as above
        spellings=new,
        of_document=f"UPDATE {table} SET texts = {mark} WHERE case_id = {mark}",  # noqa: S608  # as above
    )


class Index:
    """Writes the index on a connection of the driver, inside whatever transaction it is in."""

    def __init__(self, execute: Execute, *, postgres: bool, schema: str | None = None) -> None:
        self._execute = execute
        self._sql = _statements("%s" if postgres else "?", f'"{schema}".' if schema else "")

    def put(self, case: Case) -> None:
        """Index a case as it stands, its record included; the documents stay as they are."""
        row = self._execute(self._sql.paper, (case.record_id,)).fetchone() if case.record_id else None
        values = row_of(case, Paper(*row) if row else Paper())
        self._execute(self._sql.put, values)
        self._spell(" ".join(values[_WORDS]))

    def put_rows(self, rows: list[tuple[Any, ...]]) -> None:
        """Index many cases, from `row_of`; `execute` takes a list of parameters."""
        self._execute(self._sql.put, rows)
        self._spell(" ".join(" ".join(row[_WORDS]) for row in rows))

    def put_documents(self, case_id: str) -> None:
        """Index the documents of a case that is indexed already, as they stand."""
        texts = " ".join(row[0] for row in self._execute(self._sql.known, (case_id,)).fetchall())[:_DOCUMENTS]
        self._execute(self._sql.of_document, (texts, case_id))
        self._spell(texts)

    def _spell(self, folded: str) -> None:
        """Let the words be known, so that parts of them are found; in one order, for whoever adds the same ones."""
        found = sorted({word for word in folded.split() if len(word) <= LONGEST_WORD} - STOP_WORDS)
        if found:
            self._execute(self._sql.spellings, (orjson.dumps(found).decode(),))


def row_of(case: Case, paper: Paper) -> tuple[Any, ...]:
    """The row of a case in the index, in the order of its columns."""
    facts = case.facts
    number = paper.reference or facts.get("nummer")
    numbers = (number, canonical_number(number)) if isinstance(number, str) else ()
    subject = paper.name or facts.get(SUBJECT)
    return (
        case.id,
        case.body,
        case.lifecycle,
        originator_of(facts),
        paper.date or day_of(case.opened_at),
        numbers[1] if numbers else None,
        _folded(numbers),
        _folded([subject] if isinstance(subject, str) else []),
        *(_folded(texts_of(facts, column)) for column in SEARCHED),
    )


def originator_of(facts: Mapping[str, Any]) -> str | None:
    """The key of the party that a paper comes from."""
    return next((facts[name] for name in ORIGINATORS if isinstance(facts.get(name), str)), None)


def day_of(at: datetime) -> str:
    """The day of an instant in UTC."""
    return at.date().isoformat()


def _folded(texts: Iterable[str]) -> str:
    """The words of several texts, each once if they are numbers that say the same."""
    return " ".join(" ".join(words(text)) for text in dict.fromkeys(texts))[:MOST]
