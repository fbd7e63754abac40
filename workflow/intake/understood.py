"""What a document says, field by field, each with where it stands and how sure that is. Pure.

What the document does not say is None (or an empty tuple): nothing is invented.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from .pages import Remark

#: ``stated``: a labelled field says so. ``read``: in running text, but plainly. ``derived``: concluded from something
#: else, a quarter made a last day, say.
Sure: TypeAlias = Literal["stated", "read", "derived"]


class Found(NamedTuple):
    """Where a value was found."""

    file: str
    #: Counted from 1.
    line: int
    page: int | None
    #: The words, at most some 200 characters.
    quote: str
    sure: Sure


class ConsultationFound(NamedTuple):
    """One row of a Beratungsfolge. A first row that is an approval has the role ``genehmigung`` and names no body."""

    body: str | None
    date: dt.date | None
    role: str | None
    public: bool | None


class PromiseFound(NamedTuple):
    """Something that an answer promises. `due`: the last day meant, inclusive; None: without a date."""

    text: str
    due: dt.date | None


class ReferenceFound(NamedTuple):
    """Another paper or resolution that the text cites."""

    number: str
    canonical: str
    #: ``paper`` or ``resolution``.
    kind: str


class StatementFound(NamedTuple):
    """A Pflichtangabe of a Vorlage (Inklusion, Klima, Finanzen): its heading and what stands below it."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """A document as it was understood; `found` says where, by field (``number``, ``promises.1``, counted from 0)."""

    #: ``anfrage``, ``antrag``, ``aenderungsantrag``, ``beschlussvorlage``, ``stellungnahme``, ``mitteilung``, …
    kind: str | None = None
    #: The kind in the document's own words.
    paper_type: str | None = None
    number: str | None = None
    parent_number: str | None = None
    subject: str | None = None
    date: dt.date | None = None
    public: bool | None = None
    originator: str | None = None
    lead_office: str | None = None
    involved_offices: tuple[str, ...] = ()
    consultations: tuple[ConsultationFound, ...] = ()
    questions: tuple[str, ...] = ()
    signatory: str | None = None
    #: In the document's own words: ``Oberbürgermeisterin``.
    signatory_function: str | None = None
    #: Of a letter: its lines, with commas between.
    addressee: str | None = None
    statements: tuple[StatementFound, ...] = ()
    promises: tuple[PromiseFound, ...] = ()
    attachments: "tuple[Understood, ...]" = ()
    references: tuple[ReferenceFound, ...] = ()
    warnings: tuple[Remark, ...] = ()
    found: Mapping[str, Found] = field(default_factory=dict)
    #: The document's own words, without letterhead, header fields and signature block.
    text: str = ""
    #: Name of the file or attachment, where there is one.
    name: str | None = None
