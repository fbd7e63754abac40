"""One document of a file: its head, its words, its end. Pure."""

from collections.abc import Sequence

from .understanding_body import read_words
from .understanding_dates import day_of
from .understanding_draft import Draft
from .understanding_fields import fill
from .understanding_mail import Envelope
from .understanding_notes import Notes
from .understanding_rows import Row
from .understanding_session import sessions_wanted
from .understanding_town import KnownTown
from .understood import ConsultationFound, Understood

#: Rows of a table that could not be read are told one by one, up to so many.
_MOST_UNREAD, _QUOTE = 10, 120


def understand_paper(rows: Sequence[Row], file: str, town: KnownTown, envelope: Envelope | None = None) -> Understood:
    """What one document says; `envelope` is the header of the mail whose words it is."""
    draft = Draft(rows, town, Notes(file), envelope)
    _consultations(draft)
    fill(draft)
    _signatory(draft)
    _sessions(draft)
    read_words(draft)
    known = {name: value for name, value in draft.values.items() if value is not None}
    return Understood(**known, found=draft.notes.found, warnings=tuple(draft.notes.warnings))


def _consultations(draft: Draft) -> None:
    found = list(draft.consultations.rows)
    body = draft.header.first("body")
    if body and not found:
        planned = draft.header.first("meeting_date")
        day = day_of(planned.value) if planned else None
        found.append((ConsultationFound(body.value, day, None, None), body.row))
    for index, (_, row) in enumerate(found):
        draft.notes.at(f"consultations.{index}", row, "stated")
    for row in draft.consultations.unread[:_MOST_UNREAD]:
        draft.notes.warn("understanding_row_unread", row, words=row.text[:_QUOTE])
    draft.values["consultations"] = tuple(one for one, _ in found)


def _sessions(draft: Draft) -> None:
    """Those that a letter asks for, where there is no Beratungsfolge."""
    if draft.values["consultations"]:
        return
    found = sessions_wanted(draft)
    for index, (_, row) in enumerate(found):
        draft.notes.at(f"consultations.{index}", row, "read")
    draft.values["consultations"] = tuple(one for one, _ in found)


def _signatory(draft: Draft) -> None:
    if draft.signature:
        draft.put("signatory", draft.signature.name, draft.signature.row, draft.signature.sure)
        draft.put("signatory_function", draft.signature.function, draft.signature.row, draft.signature.sure)
