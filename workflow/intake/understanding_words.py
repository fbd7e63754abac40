"""The words by which documents of council systems are recognised: one description as data, ``understanding.toml``."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple


class Words(NamedTuple):
    """The description, made ready for looking up. Words are compared in their `plain` form."""

    #: Plain label -> field.
    labels: Mapping[str, str]
    #: Beginnings of labels -> field.
    label_starts: Mapping[str, str]
    #: A label with its colon, anywhere in a line; the group is the label.
    label: re.Pattern[str]
    #: A label of a number without colon at the start of a line.
    number_label: re.Pattern[str]
    columns: frozenset[str]
    #: Plain head of a column -> ``body`` or ``role``, where the head is plain.
    column_types: Mapping[str, str]
    #: A part of a name that only bodies have.
    body_part: re.Pattern[str]
    roles: frozenset[str]
    role_at_end: re.Pattern[str]
    approvers: frozenset[str]
    outcomes: frozenset[str]
    outcome_at_end: re.Pattern[str]
    sections: frozenset[str]
    reasons: frozenset[str]
    #: Headings of what is to be decided.
    resolutions: frozenset[str]
    ends: frozenset[str]
    statements: frozenset[str]
    #: Words of a kind -> its id; the longest first.
    kinds: Mapping[str, str]
    #: One of them at the beginning of a plain text.
    kind: re.Pattern[str]
    #: Beginnings of kinds that ask again about what they name.
    follow_ups: tuple[str, ...]
    #: Words that are a kind only in a field for kinds.
    field_kinds: Mapping[str, str]
    interface: frozenset[str]
    #: Words that are the interface's only beside others of them.
    beside_interface: frozenset[str]
    #: Heads of the columns of a list of attachments, besides labels.
    attachment_columns: frozenset[str]
    lost: frozenset[str]
    closings: tuple[str, ...]
    functions: tuple[str, ...]
    forenames: frozenset[str]
    #: What makes a paper not public without the word „öffentlich“; and the words around such statements.
    secret: tuple[str, ...]
    public_frame: frozenset[str]
    #: What stands before the subject of a mail, and around one that it quotes.
    mail: Mapping[str, frozenset[str]]
    #: What withholds a paper; and what of a letter tells for which session it asks.
    withheld: Mapping[str, tuple[str, ...]]
    session: Mapping[str, tuple[str, ...]]
    #: How questions begin, `wh` without verbs; `verbs` make a sentence of a few words.
    prose: Mapping[str, frozenset[str]]
    verbs: frozenset[str]
    questions: Mapping[str, tuple[str, ...]]
    promises: Mapping[str, tuple[str, ...]]


_SHORT, _LINE = 120, 2000
_SHORT_WORD = 4
#: „CDU-Fraktion:“ and „Anfrage der Fraktion:“ are no labels „Fraktion:“.
_APART = r"(?<!\w)(?<!\w-)(?<!\bder\s)(?<!\bdes\s)(?<!\bdie\s)"
_GENDERED = re.compile(r"(?<=\w)[/*:]in\b")
_MARKS = re.compile(r"[:*#]+$|^[*#]+")


def plain(text: str) -> str:
    """A text for comparing: no marks around it, single blanks, small letters."""
    if len(text) <= _SHORT:
        return _plain_short(text)
    return _plain_line(text) if len(text) <= _LINE else _plain(text)


@lru_cache(maxsize=8192)
def _plain_short(text: str) -> str:
    return _plain(text)


@lru_cache(maxsize=1024)
def _plain_line(text: str) -> str:
    return _plain(text)


def _plain(text: str) -> str:
    return " ".join(_MARKS.sub("", text.strip()).split()).lower()


@cache
def words() -> Words:
    """The shipped description."""
    return _words(tomllib.loads((files(__package__) / "understanding.toml").read_text("utf-8")))


def _words(data: Mapping[str, Any]) -> Words:
    labels = {form: field for field, row in data["labels"].items() for word in row for form in _forms(word)}
    return Words(
        labels={plain(word): field for word, field in labels.items() if not word.endswith("…")},
        label_starts={plain(word[:-1]): field for word, field in labels.items() if word.endswith("…")},
        label=re.compile(rf"(?:{_APART}|(?<=[a-zäöüß])(?!(?i:Fraktion)))({_any(_cases(labels))})\s?:"),
        number_label=re.compile(rf"(?:{_any(data['labels']['number'])})[\s:.]{{0,3}}(?=\S)", re.IGNORECASE),
        columns=_set(data["columns"]["words"]),
        column_types={plain(word): kind for kind in ("body", "role") for word in data["columns"][kind]},
        body_part=re.compile("|".join(data["columns"]["body_parts"]), re.IGNORECASE),
        roles=_set(data["columns"]["roles"]),
        role_at_end=re.compile(rf"[\s,;:(–-]+(?P<role>{_any(data['columns']['roles'])})\)?$", re.IGNORECASE),
        approvers=_set(data["columns"]["approvers"]),
        outcomes=_set(data["columns"]["outcomes"]),
        outcome_at_end=re.compile(rf"[\s,;:(–-]+(?:{_any(_told(data['columns']['outcomes']))})\)?$", re.IGNORECASE),
        sections=_set(data["sections"]["body"]),
        reasons=_set(data["sections"]["reasons"]),
        resolutions=_set(data["sections"]["resolutions"]),
        ends=_set(data["sections"]["end"]),
        statements=_set(data["sections"]["statements"]),
        kinds=_kinds(data["kinds"]),
        kind=re.compile(rf"({_any(_kinds(data['kinds']))})(?!\w)"),
        follow_ups=tuple(_set(data["follow_ups"]["words"])),
        field_kinds={plain(word): id for word, id in data["field_kinds"].items()},
        interface=_set(data["interface"]["words"]),
        beside_interface=_set(data["interface"]["beside"]),
        attachment_columns=_set(data["columns"]["attachments"]),
        lost=frozenset(data["interface"]["lost"]),
        closings=tuple(plain(word) for word in data["signature"]["closings"]),
        forenames=_set(data["signature"]["forenames"]),
        functions=tuple(data["signature"]["functions"]),
        secret=tuple(sorted(data["publicity"]["secret"], key=len, reverse=True)),
        public_frame=_set(data["publicity"]["frame"]),
        mail={name: _set(row) for name, row in data["mail"].items()},
        withheld={name: tuple(row) for name, row in data["withheld"].items()},
        session={name: tuple(row) for name, row in data["session"].items()},
        prose={**{name: _set(row) for name, row in data["prose"].items()}, "asking": _set(_asking(data["prose"]))},
        verbs=_set([*data["prose"]["verbs"], *data["promises"]["now"], *data["promises"]["past"]]),
        questions={name: tuple(row) for name, row in data["questions"].items()},
        promises={name: tuple(row) for name, row in data["promises"].items()},
    )


def _forms(label: str) -> tuple[str, ...]:
    """A label in all ways of naming women and men: Bearbeiter/in, Bearbeiter/-in, and so on."""
    if not _GENDERED.search(label):
        return (label,)
    return (label, *(_GENDERED.sub(mark, label) for mark in ("/in", "/-in", "*in", ":in", "_in", "(in)")))


def _asking(prose: Mapping[str, list[str]]) -> list[str]:
    """Words that ask, and verbs with which a question begins."""
    return [*prose["wh"], *prose["asking"]]


def _told(outcomes: Iterable[str]) -> list[str]:
    """Outcomes that are words, and no marks or answers."""
    return [word for word in outcomes if len(word) > _SHORT_WORD]


def _kinds(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    pairs = [(word, row["id"]) for row in rows for word in row["words"]]
    return {plain(word): id for word, id in sorted(pairs, key=lambda pair: -len(pair[0]))}


def _set(row: Iterable[str]) -> frozenset[str]:
    return frozenset(plain(word) for word in row)


def _cases(labels: Iterable[str]) -> list[str]:
    whole = [word for word in labels if not word.endswith("…") and (word[:1].isupper() or "/" in word)]
    return [*whole, *(word.upper() for word in whole)]


def _any(row: Iterable[str]) -> str:
    """One of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(set(row), key=lambda word: (-len(word), word)))
