"""From what a document says to the input of the event that would open its case. Pure.

Whatever lifecycle a town has, the fields of its opening event are filled in by their names (`_SOURCES`); what the
document does not say, or says of somebody whom the town does not know, is left to the person who opens the case.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple, TypeAlias

from ...config.text import Text
from ...states.lifecycle import Field, Lifecycle
from ...states.town import Town
from ...states.visibility import PUBLIC
from .names import party_meant
from .openness import Openness, openness_of
from .resolution import points_of, resolution_of
from .understood import ConsultationFound, Understood


class Around(NamedTuple):
    """What is known besides the document."""

    town: Town
    #: The day on which it came in.
    received: date
    #: The document as it was kept, as a field of type ``file`` takes it.
    file: Mapping[str, Any]
    #: The case of the paper that it follows up.
    parent_case: str | None = None
    #: Whether it is public if it does not say so itself.
    public_unsaid: bool = False


class Gap(NamedTuple):
    """A field that the document leaves open: its words, if it names somebody unknown, and who comes near."""

    field: Field
    given: str | None = None
    near: tuple[str, ...] = ()


class Proposal(NamedTuple):
    """The case that a document would open."""

    lifecycle: str
    data: dict[str, Any]
    #: What the fields are called.
    labels: Mapping[str, Text]
    #: Fields that must be filled in and are not.
    gaps: tuple[Gap, ...]
    #: As public it is opened, or not.
    openness: Openness
    #: Of a stop the document does not say what the body is to do; `data` holds what is usual.
    role_assumed: bool = False


#: Bodies take note of the answer to an inquiry; a stop must have a role.
_USUAL_ROLE = "kenntnisnahme"
_STOPS = "beratungsfolge"

_Source: TypeAlias = Callable[[Understood, Around], Any]


def _originator(said: Understood, _around: Around) -> str | None:
    return said.originator or said.signatory


def _first_body(said: Understood, _around: Around) -> str | None:
    """The first that meets in public: whom a paper is for is told to everybody."""
    return next((one.body for one in said.consultations if one.body and one.public is not False), None)


def _consultations(said: Understood, around: Around) -> list[dict[str, Any]]:
    """The stops that name a body of this town, each with what is said of it; of an answer they take note."""
    usual = _USUAL_ROLE if said.kind == "anfrage" else None
    named = (
        {"gremium": key, "sitzung": one.date, "rolle": one.role or usual, "oeffentlich": one.public}
        for one, key in _stops(said, around)
    )
    return [{name: value for name, value in one.items() if value is not None} for one in named]


def _stops(said: Understood, around: Around) -> list[tuple[ConsultationFound, str]]:
    """Those of which the town knows the body, with its key."""
    bodies = ((one, party_meant(around.town, one.body or "", _KINDS["body"]).key) for one in said.consultations)
    return [(one, key) for one, key in bodies if key]


def _role_assumed(said: Understood, around: Around) -> bool:
    """Whether the usual role stands for one that the document does not say, at a stop with a day, which is entered."""
    return said.kind == "anfrage" and any(not one.role and one.date for one, _ in _stops(said, around))


def _letter_day(said: Understood, around: Around) -> date | None:
    """A letter cannot have been written after it came in; such a day is a slip that a person must look at."""
    return said.date if said.date is None or said.date <= around.received else None


#: Fields for whoever asks or moves.
ORIGINATORS = ("fragesteller", "antragsteller", "einreicher", "urheber")
_MOVED = "beschlussvorschlag"
#: What a field of an opening event is called -> what fills it in.
_SOURCES: Mapping[str, _Source] = {
    **dict.fromkeys(("nummer", "drucksachennummer"), lambda said, _: said.number),
    **dict.fromkeys(("betreff", "titel", "bezeichnung"), lambda said, _: said.subject),
    **dict.fromkeys(("schreiben_vom", "datum", "vom"), _letter_day),
    **dict.fromkeys(("eingang", "eingegangen_am"), lambda _, around: around.received),
    **dict.fromkeys(ORIGINATORS, _originator),
    **dict.fromkeys(("gremium", "empfaenger"), _first_body),
    **dict.fromkeys((_STOPS,), _consultations),
    PUBLIC: lambda said, around: said.public if said.public is not None else around.public_unsaid,
    **dict.fromkeys(("fragen",), lambda said, _: list(said.questions)),
    **dict.fromkeys(("antrag", "text", "inhalt"), lambda said, _: said.text or None),
    _MOVED: lambda said, _: resolution_of(said.text) or None,
    **dict.fromkeys(("federfuehrung",), lambda said, _: said.lead_office),
    **dict.fromkeys(("beteiligt",), lambda said, _: list(said.involved_offices)),
    **dict.fromkeys(("bezug",), lambda _, around: around.parent_case),
}
#: Fields of type ``file`` that take the document itself.
_ITSELF = frozenset({"anfrage", "antrag", "schreiben", "dokument", "vorlage", "entwurf"})
_KINDS = {
    "office": ("office",),
    "person": ("person",),
    "body": ("body",),
    "party": ("person", "body", "office"),
}


def propose(lifecycle: Lifecycle, said: Understood, around: Around, given: Mapping[str, Any]) -> Proposal:
    """The input of the opening event; `given` by hand wins over what the document says."""
    data: dict[str, Any] = {}
    gaps: list[Gap] = []
    for field in lifecycle.opening.ask:
        value, gap = (given[field.name], None) if _is_given(field, given) else _filled(field, said, around)
        if value not in (None, "", []):
            data[field.name] = value
        elif field.required:
            gaps.append(gap or Gap(field))
    unknown = {name: value for name, value in given.items() if name not in data}
    labels = {field.name: field.label for field in lifecycle.opening.ask}
    openness = openness_of(lifecycle, said, given, unsaid=around.public_unsaid)
    assumed = _STOPS in data and _STOPS not in given and _role_assumed(said, around)
    return Proposal(lifecycle.id, {**data, **unknown}, labels, tuple(gaps), openness, role_assumed=assumed)


def _is_given(field: Field, given: Mapping[str, Any]) -> bool:
    """Whether the field was filled in by hand; publicity is not by an empty value, for silence opens nothing."""
    return given.get(field.name) is not None if field.name == PUBLIC else field.name in given


def _filled(field: Field, said: Understood, around: Around) -> tuple[Any, Gap | None]:
    if field.type == "file":
        return (dict(around.file) if field.name in _ITSELF else None), None
    source = _SOURCES.get(field.name)
    value = source(said, around) if source else None
    if field.type in _KINDS:
        return _parties(field, value, around.town)
    if field.type == "record":
        return [plain for one in value or () if (plain := _record(field, one)) is not None], None
    if isinstance(value, date):
        return value.isoformat(), None
    if field.many and isinstance(value, str):
        value = points_of(value) if field.name == _MOVED else [value]
    return (value if _suits(field, value) else None), None


def _record(field: Field, given: Mapping[str, Any]) -> dict[str, Any] | None:
    """The parts that the field knows; None: one that it cannot be without is not said."""
    found = {part.name: _part(part, given.get(part.name)) for part in field.parts}
    if any(part.required and found[part.name] is None for part in field.parts):
        return None
    return {name: value for name, value in found.items() if value is not None}


def _part(part: Field, value: Any) -> Any:
    if part.type == "choice":
        return value if value in part.choices else None
    if isinstance(value, date):
        return value.isoformat() if part.type == "date" else None
    return value if part.type in _KINDS or _suits(part, value) else None


def _parties(field: Field, value: Any, town: Town) -> tuple[Any, Gap | None]:
    """The keys of those named; somebody unknown is a gap where the field must be filled in, and left out elsewhere."""
    names = value if isinstance(value, list) else [value] if value else []
    keys: list[str] = []
    gap: Gap | None = None
    for name in names:
        meant = party_meant(town, name, _KINDS[field.type])
        if meant.key is not None:
            keys.append(meant.key)
        else:
            gap = Gap(field, name, meant.near)
    return (keys if field.many else next(iter(keys), None)), gap


def _suits(field: Field, value: Any) -> bool:
    expected = {"text": str, "bool": bool, "number": int, "case": str}.get(field.type)
    if expected is None or value is None:
        return False
    return all(isinstance(one, expected) for one in value) if field.many else isinstance(value, expected)
