"""From lines to fields: what a document of the council business says. Pure, and linear in the length of the document.

`understand` divides a file into its documents, reads each by itself (`understanding_paper`) and puts them together.
"""

from dataclasses import replace

from ...config.errors import InvalidInputError
from .pages import Pages, Remark
from .understanding_attachments import listed, matched, together
from .understanding_mail import Envelope, Opened, opened
from .understanding_names import asked_on, spellings
from .understanding_notes import Notes
from .understanding_paper import understand_paper
from .understanding_rows import Row, rows_of
from .understanding_segments import segments
from .understanding_town import KnownTown
from .understanding_words import plain
from .understood import Understood

#: More than the longest budget has; reading it would take more than seconds.
MOST_CHARACTERS, MOST_LINES = 1_000_000, 30_000


def understand(pages: Pages, known: KnownTown | None = None) -> Understood:
    """What the document says, and what was remarked when it was read.

    `known` is what the town knows, so that its names and numbers are recognised.

    Raises:
        InvalidInputError: the text has more than `MOST_CHARACTERS` or `MOST_LINES`.
    """
    _check_length(pages)
    town = known or KnownTown()
    mail = opened(pages)
    read = rows_of(mail.lines)
    documents = segments(read.rows, town)
    first, *others = documents
    papers = [understand_paper(first, pages.name, town, mail.envelope)]
    papers += [understand_paper(rows, pages.name, town) for rows in others]
    whole = _with_attachments(papers, documents, pages.name, town)
    whole = _with_parts(whole, [_named(understand(part, town), part) for part in pages.parts], mail.envelope)
    told = (*_quoted(mail), *_dropped(read.dropped), *_little(whole))
    return replace(whole, warnings=(*pages.remarks, *whole.warnings, *told))


def _quoted(mail: Opened) -> tuple[Remark, ...]:
    """What an earlier mail says, is not read as words of this one."""
    return (Remark("understanding_mail_quoted", {}, mail.quoted.number),) if mail.quoted else ()


def _little(paper: Understood) -> tuple[Remark, ...]:
    """That a document may be none of the council business at all."""
    told = paper.kind or paper.number or paper.questions or paper.consultations
    return () if told else (Remark("understanding_little", {}),)


def _named(paper: Understood, file: Pages) -> Understood:
    """A paper in a file of its own is known by the name of that file, unless it says another."""
    return replace(paper, name=paper.name or file.name)


def _check_length(pages: Pages) -> None:
    length, lines = sum(len(line.text) for line in pages.lines), sum(bool(line.text) for line in pages.lines)
    if length > MOST_CHARACTERS or lines > MOST_LINES:
        limits = {"most": MOST_CHARACTERS, "most_lines": MOST_LINES}
        raise InvalidInputError("understanding_too_long", file=pages.name, length=length, lines=lines, **limits)


def _with_attachments(
    papers: list[Understood], documents: list[tuple[Row, ...]], file: str, town: KnownTown
) -> Understood:
    """The first document as the paper, the others as its attachments."""
    first, others = papers[0], papers[1:]
    notes = Notes(file)
    entries, heading = listed(documents[0])
    attached, fitted = matched(entries, others, town)
    for index, entry in enumerate(entries[: len(attached)]):
        notes.at(f"attachments.{index}", entry.row, "stated")
    if heading is not None and not entries:
        notes.warn("understanding_field_empty", heading, label=heading.text.strip(": "))
    if entries and others and not fitted:
        notes.warn("understanding_attachments_differ", heading, listed=len(entries), found=len(others))
    _contradictions(first, attached, documents, notes, town)
    return replace(
        first,
        attachments=tuple(attached),
        found={**first.found, **notes.found},
        warnings=(*first.warnings, *notes.warnings),
    )


def _contradictions(
    first: Understood, attached: list[Understood], documents: list[tuple[Row, ...]], notes: Notes, town: KnownTown
) -> None:
    rows = [row for document in documents for row in document]
    signed = {paper.signatory for paper in (first, *attached) if paper.signatory}
    for name in spellings(rows, sorted(signed), town):
        notes.warn("understanding_names_differ", name.row, one=name.one, other=name.other)
    asked = [paper.date for paper in (first, *attached) if paper.kind == "anfrage" and paper.date]
    for day, row in asked_on(rows):
        if asked and day not in asked:
            notes.warn("understanding_dates_differ", row, one=asked[0], other=day)
    own = plain(first.subject or "")
    for paper in attached:
        if (
            first.date is None
            and paper.kind == first.kind
            and paper.date
            and own
            and plain(paper.subject or "–") in own
        ):
            notes.warn("understanding_date_of_attachment", None, day=paper.date, name=paper.name or paper.subject)


def _with_parts(paper: Understood, parts: list[Understood], envelope: Envelope | None) -> Understood:
    """A mail with its attachments: where the mail itself is no paper and one attachment is, that one is the paper."""
    if not parts:
        return paper
    header = {row.number for row in envelope.rows} if envelope else set()
    told = {name for name in ("kind", "number") if name in paper.found and paper.found[name].line not in header}
    bare = not told and not paper.questions
    known = [part for part in parts if part.kind is not None]
    if bare and len(known) == 1:
        others = tuple(part for part in parts if part is not known[0])
        remark = Remark("understanding_paper_in_attachment", {"name": known[0].name or "–"})
        both = together(known[0].attachments, others)
        return replace(known[0], attachments=both, warnings=(*known[0].warnings, *paper.warnings, remark))
    return replace(paper, attachments=together(paper.attachments, parts))


def _dropped(rows: tuple[Row, ...]) -> tuple[Remark, ...]:
    said = sorted({row.text for row in rows})
    if not said:
        return ()
    return (Remark("understanding_interface_words", {"words": ", ".join(said[:10])}, rows[0].number),)
