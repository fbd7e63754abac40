"""A filled draft, read back field by field.

What is read: the answers (fields ``antwort_1``, ``antwort_2`` …), what is proposed for resolution
(``beschlussvorschlag``), the mandatory statements (``angabe_…``), ticked boxes (``wahl_…``, ``veroeffentlichung_…``)
and the number that stands in the text. A field is found as a content control, a section or a bookmark of that name;
where it has been deleted, an answer is found by what stands between its question and the next one.
What cannot be told for sure is no answer. Whatever was not as the form wanted it is said as a remark of that field.
Pure: bytes in, records out.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..config.errors import InvalidInputError, Reason
from .draft_collect import Collected, Field, collect
from .draft_foreign import foreign
from .draft_origin import Origin, origin_of
from .draft_parts import WITH_MACROS, open_parts
from .draft_pieces import pieces
from .draft_regions import SHORTEST_QUESTION, Region, Regions
from .draft_words import alike, asked, points, says_something, seen

#: Most answers and statements in one draft.
MOST_FIELDS = 500
#: Beginnings of names: of questions and answers with a number, of statements with their id.
QUESTION, ANSWER, STATEMENT, CHOICE = "frage_", "antwort_", "angabe_", "wahl_"
NUMBER, PROPOSED = "nummer", "beschlussvorschlag"
#: Other boxes and texts of the form that are read.
OTHERS = ("veroeffentlichung_ja", "veroeffentlichung_nein", "gesperrt_bis")

_NUMBERED = re.compile(r"\d{1,6}")
_CHOICE = re.compile(rf"{CHOICE}([^_]+)_.+")
#: A line that invites to write: ours, and Word's own.
_INVITATION = re.compile(
    r"^<?(Hier bitte .{1,60} eintragen\.?|Klicken (oder tippen )?Sie hier,? um .{1,60} (einzugeben|einzufügen)\.?|"
    r"Text hier eingeben\.?|(Click or tap here|Click here) to (enter|insert) .{1,60}\.?|"
    r"Please enter .{1,60} here\.?)>?$",
    re.IGNORECASE,
)
#: Lines to write on.
_LINES = re.compile(r"^[\s_.…·\-–—\[\]<>?|]*$")
#: How a placeholder of somebody's own begins; only where the control says that it shows one.
_INVITES = re.compile(
    r"^[\[<„“\"]?(hier|bitte|klicken|tippen|text|antwort|click|tap|enter|please|type)\b", re.IGNORECASE
)
_LONGEST_PLACEHOLDER = 160
#: So much of a question is shown.
_SHOWN = 80
_TICKS = frozenset("☒☑✓✔✗✘xX🗹⊠")
_SAID_NUMBER = re.compile(
    r"(?:Drucksachennummer|Drucksachen?-?Nr\.?|Vorlagen?-?nummer|Vorlagen-?Nr\.?|zum/zur)\s*:?\s*"
    r"([A-Za-zÄÖÜ]{0,4}\d[\w./-]*\d)"
)


class Answer(NamedTuple):
    """The answer to one question, as far as there is one."""

    #: Of the question, from 1 on.
    number: int
    text: str
    remarks: tuple[Reason, ...] = ()

    @property
    def given(self) -> bool:
        """Whether the question is answered."""
        return says_something(self.text)


class Statement(NamedTuple):
    """A mandatory statement: what was ticked, and what was written."""

    id: str
    ticked: tuple[str, ...]
    text: str
    remarks: tuple[Reason, ...] = ()


class ReturnedDraft(NamedTuple):
    """What stands in a filled draft. `readable`: it is a Word or LibreOffice file with fields of ours."""

    readable: bool
    answers: tuple[Answer, ...] = ()
    statements: tuple[Statement, ...] = ()
    #: Names of other ticked boxes, and texts of other fields.
    ticked: tuple[str, ...] = ()
    others: Mapping[str, str] = {}  # never changed, and a record is not a place for state
    #: The number that stands in the text; None: it names none. It never overrules that of the case.
    number: str | None = None
    remarks: tuple[Reason, ...] = ()
    #: What is proposed for resolution, point by point; empty: nothing.
    proposed: tuple[str, ...] = ()
    #: Id and number of the case for which its form was filled in; empty: the file says nothing of it.
    form_case: str = ""
    form_number: str = ""


def read_draft(content: bytes, name: str, questions: Sequence[str] = ()) -> ReturnedDraft:
    """Read a filled draft. `questions` of the case help to find answers whose fields have been deleted.

    A file of another kind (.pdf, .txt, .doc) counts as one whole text of which nothing more is known.

    Raises:
        InvalidInputError: it is a Word or LibreOffice file, but damaged, protected, with macros, or far too large.
    """
    if name.lower().endswith(WITH_MACROS):
        raise InvalidInputError("draft_file_macros", name=name)
    if not content.startswith(b"PK"):
        if content:
            return ReturnedDraft(readable=False, remarks=(Reason("draft_other_kind", {"name": name}),))
        raise InvalidInputError("draft_file_empty", name=name)
    parts = open_parts(content, name)
    found, origin = collect(pieces(parts)), origin_of(parts)
    read = _Read(found, origin, Regions(questions, origin).walk(found.lines), questions)
    numbers = _numbers(read)
    if max(numbers, default=0) > MOST_FIELDS or len(numbers) > MOST_FIELDS:
        raise InvalidInputError("draft_fields_too_many", name=name, count=max(numbers), most=MOST_FIELDS)
    draft = ReturnedDraft(
        readable=bool(numbers) or any(one.startswith(STATEMENT) for one in found.fields),
        number=_number(found),
        remarks=tuple(Reason("draft_foreign", one.params) for one in foreign(parts)),
        form_case=origin.case,
        form_number=origin.number,
    )
    if not draft.readable:
        return draft._replace(remarks=(Reason("draft_no_fields", {"name": name}), *draft.remarks))
    return draft._replace(
        answers=tuple(_answer(read, number) for number in range(1, max(numbers, default=0) + 1)),
        statements=_statements(read),
        ticked=tuple(one for one in OTHERS if _is_ticked(found.fields.get(one))),
        others={one: _cleaned(found.fields[one]) for one in OTHERS if one in found.fields and one not in OTHERS[:2]},
        proposed=points(_cleaned(found.fields.get(PROPOSED))),
    )


class _Read(NamedTuple):
    """A draft taken apart."""

    found: Collected
    origin: Origin
    regions: Regions
    questions: Sequence[str]


def _numbers(read: _Read) -> set[int]:
    """The numbers of the questions of which there is a trace."""
    tails = (one.removeprefix(ANSWER) for one in read.found.fields if one.startswith(ANSWER))
    return {int(tail) for tail in tails if _NUMBERED.fullmatch(tail)} | read.regions.found.keys()


def _answer(read: _Read, number: int) -> Answer:
    field, region = read.found.fields.get(f"{ANSWER}{number}"), read.regions.found.get(number)
    worded, remarks = _wording(read, number, region)
    if field is not None:
        text, more = _in_field(read, number, field)
        text, beside = _with_beside(read, number, text, closed=field.bounded)
        remarks += [*more, *beside]
    elif region is not None:
        text, more = _below_question(read, region)
        remarks += more
    else:
        text = ""
        remarks.append(Reason("draft_question_gone", {"number": number}))
    added = [] if region is None else region.added
    remarks += [Reason("draft_question_added", {"number": number, "question": _brief(one)}) for one in added]
    return Answer(number, text if worded else "", tuple(remarks))


def _wording(read: _Read, number: int, region: Region | None) -> tuple[bool, list[Reason]]:
    """Whether the draft asks the question of the case, perhaps in other words."""
    if number > len(read.questions):
        return True, []
    question = read.questions[number - 1]
    if region is None:  # a form of ours need not say the questions in fields, nor in the words of the case
        known = bool(read.origin.case) or f"{ANSWER}{number}" not in read.found.fields
        return known, [] if known else [
            Reason("draft_question_missing", {"number": number, "question": _brief(question)})
        ]
    said, wanted = asked("\n".join(region.asked)), asked(question)
    if said == wanted or (len(wanted) >= SHORTEST_QUESTION and (said.startswith(wanted) or said.endswith(wanted))):
        return True, []
    same = alike(said, wanted)
    words = {"number": number, "said": _brief(" ".join(region.asked)), "question": _brief(question)}
    return same, [Reason("draft_question_reworded" if same else "draft_question_other", words)]


def _in_field(read: _Read, number: int, field: Field) -> tuple[str, list[Reason]]:
    """What stands in the field of an answer, as far as no other question begins in it."""
    other = read.regions.cut.get(number)
    lost = number not in read.regions.found and number not in read.regions.cut  # what stands beside it has no question
    text = _tidy(field.text if lost else "".join(read.regions.fields.get(number, ())))
    left = _filled_in(text, blank=field.blank)
    if all(map(read.origin.has, left.split("\n"))):  # an invitation in words of the town's own
        left = ""
    cut = [] if other is None else [Reason("draft_field_cut", {"number": number, "other": other})]
    beside = [Reason("draft_beside_field", {"number": number})] if lost and field.overrun else []
    return left, [*_remarks(field, number, text, left), *beside, *cut]


def _with_beside(read: _Read, number: int, text: str, *, closed: bool) -> tuple[str, list[Reason]]:
    """An answer with what stands beside its field; `closed`: it is more than a bookmark, which text may leave."""
    region = read.regions.found.get(number)
    outside = _filled_in("\n".join(map(_tidy, region.outside))) if region is not None else ""
    if region is None or not outside:
        return text, []
    if not read.regions.is_bounded(number) or number in read.regions.cut:
        unsure = Reason("draft_region_unsure", {"number": number, "text": _brief(outside)})
        return (text, [Reason("draft_beside_unsure", {"number": number})]) if closed else ("", [unsure])
    whole = _filled_in("\n".join(map(_tidy, region.whole))) if text else outside
    return whole, [Reason("draft_beside_field", {"number": number}), *_pasted(region, number)]


def _below_question(read: _Read, region: Region) -> tuple[str, list[Reason]]:
    """What stands below a question whose field is gone."""
    number = region.number
    outside = _filled_in("\n".join(map(_tidy, region.outside)))
    if outside and not (read.origin.lines and read.regions.is_bounded(number)):
        return "", [Reason("draft_region_unsure", {"number": number, "text": _brief(outside)})]
    beside = [Reason("draft_beside_field", {"number": number}), *_pasted(region, number)] if outside else []
    return outside, [*beside, Reason("draft_field_deleted", {"number": number})]


def _brief(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _remarks(field: Field, number: int | str, text: str, left: str) -> list[Reason]:
    """What was not as the form wanted it; `left`: what remains of the `text` in the field without placeholders."""
    if not left:
        return [Reason("draft_placeholder", {"number": number})] if text else []
    found = [Reason("draft_placeholder_left", {"number": number})] if len(left) < len(text) else []
    found += [Reason("draft_marked_placeholder", {"number": number})] if field.blank and not found else []
    return [*found, *_pasted(field, number)]


def _pasted(field: Field | Region, number: int | str) -> list[Reason]:
    tables = [Reason("draft_table", {"number": number, "count": field.tables})] if field.tables else []
    pictures = [Reason("draft_picture", {"number": number, "count": field.pictures})] if field.pictures else []
    return tables + pictures


def _filled_in(text: str, *, blank: bool = False) -> str:
    """The lines that somebody has written: no invitations to write, and not merely lines to write on."""
    if blank and len(text) <= _LONGEST_PLACEHOLDER and _INVITES.match(text):
        return ""
    kept = [line for line in text.split("\n") if not _INVITATION.match(line)]
    return "" if all(map(_LINES.match, kept)) else "\n".join(filter(None, kept))


def _cleaned(field: Field | None) -> str:
    return "" if field is None else _filled_in(_tidy(field.text), blank=field.blank)


def _tidy(text: str) -> str:
    """Without empty lines: which of them people wrote, and which LibreOffice, nobody can tell."""
    lines = (" ".join(seen(line).split()) for line in text.replace("\r", "").split("\n"))
    return "\n".join(filter(None, lines))


def _statements(read: _Read) -> tuple[Statement, ...]:
    """The statements of which the form asks, or of which there is a trace."""
    fields = read.found.fields
    traces = (one.removeprefix(STATEMENT) for one in fields if one.startswith(STATEMENT))
    boxes = (found[1] for one in fields if (found := _CHOICE.fullmatch(one)))
    known = dict.fromkeys([*read.origin.statements, *traces, *boxes])
    return tuple(_statement(read, id) for id in list(known)[:MOST_FIELDS])


def _statement(read: _Read, id: str) -> Statement:
    fields, field = read.found.fields, read.found.fields.get(f"{STATEMENT}{id}")
    ticked = tuple(_choice(one, id) for one in fields if _belongs(one, id) and _is_ticked(fields[one]))
    if field is None:
        return Statement(id, ticked, "", (Reason("draft_statement_gone", {"number": id}),))
    text = _tidy(field.text)
    left = "\n".join(one for one in _cleaned(field).split("\n") if not read.origin.has(one))
    return Statement(id, ticked, left, tuple(_remarks(field, id, text, left)))


def _belongs(name: str, id: str) -> bool:
    return name.startswith(f"{CHOICE}{id}_")


def _choice(name: str, id: str) -> str:
    return name.removeprefix(f"{CHOICE}{id}_")


def _is_ticked(field: Field | None) -> bool:
    if field is None:
        return False
    return field.checked if field.checked is not None else not _TICKS.isdisjoint(field.text)


def _number(found: Collected) -> str | None:
    field = found.fields.get(NUMBER)
    text = _tidy(field.text) if field is not None else ""
    if not _filled_in(text):
        said = _SAID_NUMBER.search(found.beginning)
        text = said[1] if said else ""
    return text[:80] or None


def as_document(draft: ReturnedDraft) -> dict[str, Any]:
    """A returned draft as JSON can carry it from the child process."""
    return {
        **draft._asdict(),
        "answers": [[one.number, one.text, _carried(one.remarks)] for one in draft.answers],
        "statements": [[one.id, list(one.ticked), one.text, _carried(one.remarks)] for one in draft.statements],
        "others": dict(draft.others),
        "proposed": list(draft.proposed),
        "remarks": _carried(draft.remarks),
    }


def from_document(document: Mapping[str, Any]) -> ReturnedDraft:
    """What `as_document` was made of."""
    return ReturnedDraft(
        readable=document["readable"],
        answers=tuple(Answer(number, text, _received(remarks)) for number, text, remarks in document["answers"]),
        statements=tuple(
            Statement(id, tuple(ticked), text, _received(remarks))
            for id, ticked, text, remarks in document["statements"]
        ),
        ticked=tuple(document["ticked"]),
        others=document["others"],
        proposed=tuple(document["proposed"]),
        number=document["number"],
        remarks=_received(document["remarks"]),
        form_case=document["form_case"],
        form_number=document["form_number"],
    )


def _carried(remarks: Sequence[Reason]) -> list[list[Any]]:
    return [[one.code, dict(one.params)] for one in remarks]


def _received(remarks: Sequence[Sequence[Any]]) -> tuple[Reason, ...]:
    return tuple(Reason(code, params) for code, params in remarks)
