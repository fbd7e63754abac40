"""A document while it is being understood: its parts, and the values found so far. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from .understanding_attachments import entries_at
from .understanding_cells import looks_like_body
from .understanding_dates import day_of, is_only_a_day
from .understanding_header import Header, header_of
from .understanding_kind import KindRead, head_kind, heading_of, kind_of_field
from .understanding_labels import is_only_salutation, is_salutation
from .understanding_letter import Letter, letter_of
from .understanding_mail import Envelope
from .understanding_notes import Notes
from .understanding_numbers import field_number
from .understanding_publicity import Said, said_in, statement
from .understanding_rows import Row
from .understanding_signature import Signature, end_of_words, signature_of
from .understanding_table import Consultations, consultations_of
from .understanding_town import KnownTown
from .understanding_words import plain, words
from .understood import Sure

_NEAR = 4


@dataclass
class Draft:
    """One document of a file."""

    rows: Sequence[Row]
    town: KnownTown
    notes: Notes
    envelope: Envelope | None = None
    values: dict[str, Any] = field(default_factory=dict)

    def put(self, name: str, value: Any, row: Row, sure: Sure, *, quote: str | None = None) -> bool:
        """The value of a field, if it has none yet; whether there is a value now."""
        if value in (None, "", ()) or self.values.get(name):
            return bool(self.values.get(name))
        self.values[name] = value
        self.notes.at(name, row, sure, quote)
        return True

    def text(self, name: str) -> str | None:
        """A value that is a text."""
        value = self.values.get(name)
        return value if isinstance(value, str) else None

    def row_of(self, name: str) -> Row:
        """The row in which a value was found."""
        line = self.notes.found[name].line
        rows = (*(self.envelope.rows if self.envelope else ()), *self.rows)
        return next((row for row in rows if row.number == line), rows[0])

    @property
    def day(self) -> date | None:
        """That from which relative days are counted: its own, else that of its first session."""
        own = self.values.get("date")
        planned = (one.date for one, _ in self.consultations.rows if one.date)
        return own if isinstance(own, date) else next(planned, None)

    @cached_property
    def header(self) -> Header:
        """The labelled fields."""
        return header_of(self.rows, self._fits, self.consultations.used)

    @cached_property
    def heading(self) -> KindRead | None:
        """The heading that names the kind."""
        return head_kind(self.rows[: max(self.header.end, 1) + 2], self.town) or self._named_by_mail

    @property
    def _named_by_mail(self) -> KindRead | None:
        """The subject of a mail as a heading; that of an answer is the heading of another mail."""
        subject = self.envelope.subject if self.envelope and not self.envelope.replies else None
        read = heading_of(subject.row._replace(text=subject.value), self.town) if subject else None
        return read._replace(row=subject.row) if read and subject else None

    @cached_property
    def letter(self) -> Letter | None:
        """The head of a letter."""
        return letter_of(self.rows, self.town)

    @cached_property
    def signature(self) -> Signature | None:
        """Who signed."""
        used = self.header.used | self.consultations.used
        head = self.header.end
        if head >= len(self.rows):
            head = max((index for index, row in enumerate(self.rows, 1) if row.number in used), default=0)
        return signature_of(self.rows, head, used)

    @cached_property
    def consultations(self) -> Consultations:
        """The Beratungsfolge."""
        return consultations_of(self.rows, self.town)

    @property
    def head(self) -> Sequence[Row]:
        """The rows above the document's own text."""
        return self.rows[: self.header.end]

    @cached_property
    def body(self) -> Sequence[Row]:
        """The document's own words: without head, list of attachments and signature."""
        salutation = self.letter.start if self.letter else -1
        start = max(self.header.end, salutation) if salutation >= self.header.end else self.header.end
        start += salutation == start and is_only_salutation(self.rows[start].text)
        end = self.signature.start if self.signature and self.signature.start >= start else end_of_words(self.rows)
        used = self.header.used | self.consultations.used
        lists = (index for index in range(start + 1, end) if _begins_list(self.rows, index))
        stop = next(lists, end)
        return [row for row in self.rows[start:stop] if row.number not in used]

    def _fits(self, name: str, value: str) -> bool:
        if is_salutation(value) or (plain(value) in words().sections and name != "kind"):
            return False
        if name in {"number", "parent"}:
            return not is_only_a_day(value) and field_number(value, self.town) is not None
        if name in {"date", "meeting_date"}:
            return day_of(value) is not None
        if name == "body":
            return looks_like_body(value, self.town)
        if name == "public":
            return any(said != Said() for said in (statement(value), said_in(value)))
        return name != "kind" or kind_of_field(value) is not None


def _begins_list(rows: Sequence[Row], index: int) -> bool:
    row = rows[index]
    heads = words().labels.get(plain(row.text)) == "attachments" and (row.level > 0 or not row.text.endswith("."))
    return heads and (bool(entries_at(rows, index)) or not any(one.text for one in rows[index + 1 : index + _NEAR]))
