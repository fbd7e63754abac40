"""The roster of a town: its bodies, offices, factions, persons, memberships and legislative terms, as rows of fields.

One description of the fields serves the profile, the JSON document, the CSV tables and the database.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeAlias

from .errors import Finding
from .profiles import Profile
from .roster_kinds import Kind

Form: TypeAlias = Literal["key", "id", "text", "email", "day", "count", "flag", "words", "lang", "type"]
#: Name of a field -> its value: text, day, number, yes or no, list of words, or None (nothing is said).
Values: TypeAlias = Mapping[str, Any]
#: The rows of one kind by their key; memberships by their id.
Rows: TypeAlias = Mapping[str, Values]
State: TypeAlias = Mapping[Kind, Rows]

#: As which list the rows of a kind stand in a document.
LISTS: Mapping[Kind, str] = {
    "term": "terms",
    "organization": "organizations",
    "person": "persons",
    "membership": "memberships",
}


class Field(NamedTuple):
    """A field of a kind: its name in documents, its form, and under which other names tables head it."""

    name: str
    form: Form
    headers: tuple[str, ...] = ()
    required: bool = False


_KEY = Field("key", "key", ("Schlüssel", "Kennung"), required=True)
_NAME = Field("name", "text", ("Bezeichnung",), required=True)
_EMAIL = Field("email", "email", ("E-Mail", "Mail", "E-Mail-Adresse", "Postfach"))
_LANG = Field("lang", "lang", ("Sprache", "language"))
_FROM = Field("from", "day", ("von", "ab", "Beginn", "start", "startDate"))
_UNTIL = Field("until", "day", ("bis", "Ende", "end", "endDate"))

FIELDS: Mapping[Kind, tuple[Field, ...]] = {
    "term": (_KEY, _NAME, _FROM._replace(required=True), _UNTIL),
    "organization": (
        _KEY,
        _NAME,
        Field("short_name", "text", ("Kurzname", "Kürzel", "shortName")),
        Field("type", "type", ("Typ", "Art", "organizationType"), required=True),
        Field("classification", "text", ("Klassifizierung", "Gliederung")),
        _EMAIL,
        Field("parent", "key", ("übergeordnet", "subOrganizationOf")),
        Field("head", "key", ("Leitung",)),
        _LANG,
        _FROM,
        _UNTIL,
        Field("seats", "count", ("Sitze", "Mitgliederzahl", "memberCount")),
        Field("voting_seats", "count", ("stimmberechtigte Sitze", "votingMemberCount")),
        Field("remit_roles", "words", ("zuständig für Rollen",)),
        Field("remit_kinds", "words", ("zuständig für Arten",)),
    ),
    "person": (
        _KEY,
        _NAME,
        Field("form_of_address", "text", ("Anrede", "formOfAddress")),
        _EMAIL,
        Field("also_written", "words", ("auch geschrieben", "andere Schreibweisen")),
        Field("deputy", "key", ("Vertretung", "Stellvertretung")),
        _LANG,
    ),
    "membership": (
        Field("id", "id", ("Kennung",)),
        Field("person", "key", ("Person",), required=True),
        Field("organization", "key", ("Organisation", "Gremium", "Stelle"), required=True),
        Field("role", "text", ("Rolle", "Funktion")),
        _FROM,
        _UNTIL,
        Field("voting", "flag", ("Stimmrecht", "stimmberechtigt", "votingRight")),
        Field("on_behalf_of", "key", ("entsandt von", "onBehalfOf")),
    ),
}


#: The file of a finding in a row that is in none.
UNPLACED = "–"


class Place(NamedTuple):
    """Where a row stands in a file: before the names of its fields comes `prefix`; the line where a table has one."""

    file: str
    prefix: str = ""
    line: int | None = None
    #: What the file calls its fields, where not by their names.
    columns: Mapping[str, str] = MappingProxyType({})

    def finding(self, code: str, field: str, **params: object) -> Finding:
        """A mistake in a field of that row."""
        return Finding(code=code, file=self.file, key=self._called(field), params=params, line=self.line)

    def told(self, field: str = "") -> str:
        """The row, or a field of it, as a finding in another row names it."""
        line = f":{self.line}" if self.line else ""
        key = self._called(field).rstrip(".")
        return f"{self.file}{line}" + (f": {key}" if key else "")

    def _called(self, field: str) -> str:
        return self.prefix + self.columns.get(field, field)


class Row(NamedTuple):
    """A row that somebody hands in. A field that it does not name stays as it is; None empties it."""

    kind: Kind
    values: Values
    place: Place


class Roster(NamedTuple):
    """What is handed in: its rows, and how much of it is meant to be the whole."""

    rows: tuple[Row, ...]
    source: str
    #: Kinds of which every row is there: what is missing has ended.
    whole: frozenset[Kind] = frozenset()
    #: Persons of whom every membership is there.
    whole_persons: frozenset[str] = frozenset()
    #: What whoever hands it in should know, though nothing is wrong.
    notices: tuple[Finding, ...] = ()
    #: What could not be read. With `torn` so much of it that nothing more can be said of the rest.
    findings: tuple[Finding, ...] = ()
    torn: bool = False


def blank(kind: Kind) -> dict[str, Any]:
    """The values of a row of which nothing is said."""
    values = {field.name: () if field.name == "also_written" else None for field in FIELDS[kind]}
    return {**values, **({"voting": True} if kind == "membership" else {})}


def as_known(roster: Roster, known: Mapping[str, Collection[str]]) -> Roster:
    """The roster with the words of these fields as they are known, where upper and lower case alone is different."""
    spelt = {name: _spelt(words) for name, words in known.items()}

    def said(values: Values) -> Values:
        meant = {
            name: tuple(dict.fromkeys([words.get(word.casefold(), word) for word in values[name]]))
            for name, words in spelt.items()
            if values.get(name)
        }
        return {**values, **meant}

    return roster._replace(rows=tuple(row._replace(values=said(row.values)) for row in roster.rows))


def _spelt(words: Collection[str]) -> dict[str, str]:
    """Folded word -> the word; those that differ in case alone stay apart."""
    folded = Counter(word.casefold() for word in words)
    return {word.casefold(): word for word in words if folded[word.casefold()] == 1}


def of_profile(profile: Profile) -> Roster:
    """The roster of a profile: it says everything of its parties, and every membership of its persons."""
    return Roster(
        tuple(_rows_of(profile)),
        source=f"profiles/{profile.key}",
        whole_persons=frozenset(one.key for one in profile.persons),
    )


def _rows_of(profile: Profile) -> Iterator[Row]:
    file = f"profiles/{profile.key}"
    yield from _rows("term", profile.terms, file)
    yield from _rows("organization", profile.organizations, file)
    for index, person in enumerate(profile.persons):
        place = Place(file, f"person[{index}].")
        yield Row("person", _values("person", person), place)
        for number, one in enumerate(person.memberships):
            values = {name: value for name, value in _values("membership", one).items() if name != "id"}
            yield Row(
                "membership", {**values, "person": person.key}, Place(file, f"{place.prefix}memberships[{number}].")
            )


def _rows(kind: Kind, found: Iterable[object], file: str) -> Iterator[Row]:
    for index, one in enumerate(found):
        yield Row(kind, _values(kind, one), Place(file, f"{kind}[{index}]."))


#: Fields that are called otherwise in a profile as it is read.
_ATTRIBUTES = {"type": "organization_type", "from": "start", "until": "end"}


def _values(kind: Kind, one: object) -> dict[str, Any]:
    return {field.name: getattr(one, _ATTRIBUTES.get(field.name, field.name), None) for field in FIELDS[kind]}
