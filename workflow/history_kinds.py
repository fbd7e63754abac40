"""What a lifecycle makes of a historical case: its states by name and label, and where each value belongs. Pure."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..states.history import ANSWER
from ..states.lifecycle import Lifecycle
from ..states.numbers import canonical_number
from ..states.search_index import ORIGINATORS
from ..states.visibility import PUBLIC
from .history_columns import Mapped, folded

_CHOICE = "veroeffentlichung"


class Kind(NamedTuple):
    """A lifecycle as the rows of a file need it."""

    lifecycle: Lifecycle
    #: State by folded name or label.
    states: Mapping[str, str]
    final: frozenset[str]
    #: The fact that names who has asked; None: it has none.
    asker: str | None
    fields: frozenset[str]
    is_paper: bool


def kind_of(lifecycle: Lifecycle, mapped: Mapped) -> Kind:
    """The lifecycle, prepared."""
    states: dict[str, str] = {}
    for name, state in lifecycle.states.items():
        for called in (state.label.de, state.label.en, name):
            states[folded(called)] = name
    states |= {called: name for called, name in mapped.states.items() if name in lifecycle.states}
    fields = frozenset(lifecycle.fields)
    return Kind(
        lifecycle,
        states,
        frozenset(name for name, state in lifecycle.states.items() if state.final),
        next((name for name in ORIGINATORS if name in fields), None),
        fields,
        lifecycle.record == "paper",
    )


class Content(NamedTuple):
    """The values of a row, checked; days as ISO text, parties as keys, empty text for what is not there."""

    number: str
    subject: str
    asker: str
    office: str
    body: str
    letter: str
    received: str
    admitted: str
    answered: str
    public: bool
    term: str
    questions: str
    answer: str
    answer_number: str


def placed(kind: Kind, has: Content) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Where the values belong: columns of the typed paper, facts, and what only the log can say of this kind."""
    record: dict[str, Any] = {}
    said: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    known = kind.fields
    if kind.is_paper:
        record = {"reference": has.number or None, "name": has.subject, "date": has.letter or None}
        record["canonical"] = canonical_number(has.number) if has.number else None
        if has.answer_number:
            record["answer_reference"] = has.answer_number
            record["answer_canonical"] = canonical_number(has.answer_number)
        titles: tuple[tuple[str, Any], ...] = ()
    else:
        facts[PUBLIC] = has.public
        titles = (
            ("nummer", has.number),
            ("betreff", has.subject),
            ("schreiben_vom", has.letter),
            ("stellungnahme_nummer", has.answer_number),
        )
    for name, value in (
        *titles,
        (kind.asker or "fragesteller", has.asker),
        ("federfuehrung", has.office),
        ("gremium", has.body),
        ("eingang", has.received),
        ("zugelassen", has.admitted),
        ("wahlperiode", has.term),
        ("fragen", [has.questions] if has.questions else None),
        ("antworten", [{ANSWER: has.answer}] if has.answer else None),
        ("unterzeichnet_am", has.answered),
    ):
        if value:
            (facts if name in known else said)[name] = value
    if has.answered and _CHOICE in known:
        facts[_CHOICE] = "oeffentlich" if has.public else "nichtoeffentlich"
    return record, facts, said
