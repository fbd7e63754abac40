"""The way of a draft back: filed with a case, read field by field, its versions, and what changed between them.

Versions are the lines of the log in which a draft was filed; there is no second record of them.
"""

import mimetypes
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import PurePath
from typing import Any, NamedTuple

from ..config.errors import InvalidInputError, NotFoundError, Reason
from ..notifications.draft_difference import FieldDifference, difference
from ..notifications.draft_form import Required
from ..notifications.draft_parts import MEDIA_TYPES
from ..notifications.draft_reading import read_elsewhere
from ..notifications.draft_return import ReturnedDraft, Statement
from ..states.engine import Fired
from ..states.files import LIMIT_MIB, read_file
from ..states.numbers import canonical_number
from ..states.queries import CaseSummary, HistoryLine
from ..states.step import Actor, Command
from .guards import unanswered, unstated
from .kept_files import Carried, NewFile, with_files
from .workflow import Workflow

#: The event, and its fields.
FILE_DRAFT = "entwurf_ablegen"
DRAFT, ANSWERS, STATEMENTS, QUESTIONS = "entwurf", "antworten", "angaben", "fragen"
#: What is proposed for resolution, where the event asks for it.
PROPOSED = "beschlussvorschlag"
#: Where the answers of a draft come from: out of the file, or typed in by hand; and why the form may be another case's.
SOURCE, READ, BY_HAND, OTHER_CASE = "antworten_aus", "entwurf", "hand", "anderer_vorgang_weil"


class DraftFile(NamedTuple):
    """A draft as somebody hands it in."""

    name: str
    content: bytes
    #: What is said with it, as the event takes it: ``aenderung``, ``unwesentlich_weil`` …
    said: Mapping[str, Any] = {}
    #: The mandatory statements that the town wants, whatever the form asks for (see `draft_duties.duties`).
    required: tuple[Required, ...] = ()


class DraftVersion(NamedTuple):
    """One draft that was filed. `number` counts from 1 on."""

    number: int
    seq: int
    at: datetime
    actor: str | None
    on_behalf_of: str | None
    name: str
    media_type: str
    sha256: str
    size: int
    #: By field: ``antwort_1`` …, then the statements; empty where the file cannot be read field by field.
    fields: Mapping[str, str]
    #: Its answers were typed in by hand, at least in part, and need not be what stands in the file.
    by_hand: bool = False


class FiledDraft(NamedTuple):
    """What came of filing a draft."""

    fired: Fired
    draft: ReturnedDraft
    #: Number and text of the questions that it leaves open.
    unanswered: tuple[tuple[int, str], ...]
    #: The mandatory statements that it does not make.
    unstated: tuple[str, ...]
    #: What somebody should look at; nothing of it kept the draft from being filed.
    warnings: tuple[Reason, ...]


def file_draft(
    workflow: Workflow, case_id: str, file: DraftFile, *, actor: Actor, key: str | None = None
) -> FiledDraft:
    """File a draft with a case: read it, keep it, and fire `FILE_DRAFT` with the answers found in it, all or nothing.

    Number, subject and offices are those of the case, whatever the text says; a text with another number is a warning.
    Of a file whose fields cannot be read (.pdf, .txt) no answer is known: its questions are open. Answers typed in by
    hand (``antworten`` in `DraftFile.said`) go before those in the file, and the log says so (``antworten_aus``).

    Raises:
        InvalidInputError: the file is empty, damaged, protected, has macros, or is too large; or its form was filled in
            for another case, and no ``anderer_vorgang_weil`` is given.
        RefusedError: no draft can be filed now, or not by this person; nothing is kept.
    """
    view = workflow.case(case_id).case
    draft = examine(view, file)
    new = NewFile(file.name, _media_type(file), file.content)
    data = _found(workflow, view, draft, file)
    fired = with_files(
        workflow,
        Carried(view.body, [new], key),
        lambda acting: acting.fire(case_id, FILE_DRAFT, actor=actor, data={**data, DRAFT: new.stored.value()}, key=key),
    )
    missing = unanswered(view.facts.get(QUESTIONS), data.get(ANSWERS))
    open_ones = tuple(missing), tuple(unstated(data.get(STATEMENTS)))
    return FiledDraft(fired, draft, *open_ones, (*warnings_of(view, draft), *_of_proposal(view, draft, data)))


def read_into(
    workflow: Workflow, command: Command, files: Sequence[NewFile] = (), required: tuple[Required, ...] = ()
) -> Command:
    """A command; one that files a draft with the answers that stand in the file (one of `files`, or kept before).

    `required` and what is typed in by hand as in `file_draft`. Errors of the file as there.
    """
    file = command.data.get(DRAFT)
    if command.event != FILE_DRAFT or not isinstance(file, Mapping):
        return command
    case, digest = workflow.case(command.case_id).case, str(file["sha256"])
    content = next((one.content for one in files if one.stored.sha256 == digest), None)
    if content is None:
        with workflow.database.reading() as connection:
            content = read_file(connection, case.body, digest)
    handed_in = DraftFile(str(file["name"]), content, command.data, required)
    return command._replace(data=_found(workflow, case, examine(case, handed_in), handed_in))


def examine(case: CaseSummary, file: DraftFile) -> ReturnedDraft:
    """What stands in a draft for `case`; nothing is kept. Errors of the file as in `file_draft`."""
    if len(file.content) > LIMIT_MIB * 2**20:
        raise InvalidInputError("file_too_large", name=file.name, limit=LIMIT_MIB)
    draft = read_elsewhere(file.content, file.name, [str(one) for one in case.facts.get(QUESTIONS) or ()])
    if _is_of_another(case, draft) and not file.said.get(OTHER_CASE):
        number = draft.form_number or draft.form_case
        raise InvalidInputError("draft_other_case", name=file.name, number=number, case=case.number or case.id)
    return draft


def _is_of_another(case: CaseSummary, draft: ReturnedDraft) -> bool:
    """Whether the form says that it was filled in for another case; one registered anew keeps its number."""
    if draft.form_case in ("", case.id):
        return False
    return not (draft.form_number and case.number and _same(draft.form_number, case.number))


def warnings_of(case: CaseSummary, draft: ReturnedDraft) -> list[Reason]:
    """What somebody should look at in a draft."""
    found = [*draft.remarks]
    if draft.number and case.number and not _same(draft.number, case.number):
        found.append(Reason("draft_other_number", {"number": draft.number, "case": case.number}))
    questions = len(case.facts.get(QUESTIONS) or ())
    for answer in draft.answers:
        found += answer.remarks
        if questions and answer.number > questions and answer.given:
            found.append(Reason("draft_answer_without_question", {"number": answer.number, "count": questions}))
    return [*found, *(remark for statement in draft.statements for remark in statement.remarks)]


def _of_proposal(case: CaseSummary, draft: ReturnedDraft, data: Mapping[str, Any]) -> list[Reason]:
    """What somebody should know of the resolution that a draft proposes, where its event asks for one."""
    if PROPOSED not in data:
        return []
    known = case.facts.get(PROPOSED)
    if known and known != data[PROPOSED]:
        return [Reason("draft_proposal_changed")]
    return [Reason("draft_proposal_missing")] if draft.readable and not draft.proposed else []


def _same(said: str, number: str) -> bool:
    return canonical_number(said.rstrip(".,;")) == canonical_number(number)


def _found(workflow: Workflow, case: CaseSummary, draft: ReturnedDraft, file: DraftFile) -> dict[str, Any]:
    """The input of the event: what was said with the draft, and what was read out of it, as far as it is asked for."""
    lifecycle = workflow.library.get(case.lifecycle, case.lifecycle_version).lifecycle
    event = lifecycle.events.get(FILE_DRAFT)
    asked = {field.name for field in event.ask} if event else set()
    by_hand = file.said.get(ANSWERS) or []
    answers = _answers(case, draft) if draft.readable else []
    given = {
        ANSWERS: _typed_over(answers, by_hand) if _are_records(by_hand) else by_hand,
        STATEMENTS: _titled(file.said.get(STATEMENTS), file.required) or _statements(draft, file.required),
        SOURCE: BY_HAND if by_hand else READ if answers else None,
        PROPOSED: file.said.get(PROPOSED) or list(draft.proposed) or case.facts.get(PROPOSED),
    }
    return {**file.said, **{name: value for name, value in given.items() if name in asked and value}}


def _are_records(given: Any) -> bool:
    return isinstance(given, list) and all(isinstance(one, Mapping) for one in given)


def _typed_over(answers: Sequence[Mapping[str, str]], by_hand: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """The answers of a draft under those that somebody typed in beside it."""
    typed = {one.get("frage"): one for one in by_hand if one.get("antwort")}
    read = [typed.pop(one.get("frage"), one) for one in answers]
    return [*read, *typed.values()]


def _answers(case: CaseSummary, draft: ReturnedDraft) -> list[dict[str, str]]:
    """An answer, or none, for each question of the case; what answers no question of it stands by itself."""
    by_number = {answer.number: answer.text for answer in draft.answers if answer.given}
    questions = [str(one) for one in case.facts.get(QUESTIONS) or ()]
    asked = dict(enumerate(questions, 1))
    beyond = [{"antwort": text} for number, text in by_number.items() if number not in asked and text]
    return [
        {"frage": question, **({"antwort": by_number[number]} if by_number.get(number) else {})}
        for number, question in asked.items()
    ] + beyond


def _statements(draft: ReturnedDraft, required: Sequence[Required]) -> list[dict[str, str]]:
    """What the draft states, in the words of the form; without a text what it should."""
    forms = {one.id: one for one in required}
    made = {one.id: _said(one, forms.get(one.id)) for one in draft.statements}
    return [_statement(id, forms.get(id), made.get(id)) for id in dict.fromkeys([*made, *forms])]


def _statement(id: str, form: Required | None, text: str | None) -> dict[str, str]:
    return {"angabe": id, **({"titel": form.label.de} if form else {}), **({"text": text} if text else {})}


def _titled(by_hand: Any, required: Sequence[Required]) -> Any:
    """Statements typed in by hand, by the names that the form has for them."""
    if not _are_records(by_hand):
        return by_hand
    titles = {one.id: {"titel": one.label.de} for one in required}
    return [{**titles.get(str(one.get("angabe")), {}), **one} for one in by_hand]


def _said(statement: Statement, form: Required | None) -> str:
    words = {choice.id: choice.label.de for choice in form.choices} if form else {}
    ticked = ", ".join(words.get(one, one) for one in statement.ticked)
    return "; ".join(part for part in (ticked, statement.text) if part)


def _media_type(file: DraftFile) -> str:
    known = {f".{suffix}": media_type for suffix, media_type in MEDIA_TYPES.items()}
    return (
        known.get(PurePath(file.name).suffix.lower())
        or mimetypes.guess_type(file.name)[0]
        or "application/octet-stream"
    )


def draft_versions(workflow: Workflow, case_id: str) -> list[DraftVersion]:
    """The drafts that were filed with a case, oldest first.

    Raises:
        NotFoundError: there is no such case.
    """
    lines = [line for line in workflow.history(case_id) if isinstance((line.data or {}).get(DRAFT), Mapping)]
    return [_version(number, line) for number, line in enumerate(lines, 1)]


def _version(number: int, line: HistoryLine) -> DraftVersion:
    data = line.data or {}
    answers = {f"antwort_{place}": one.get("antwort", "") for place, one in enumerate(data.get(ANSWERS) or (), 1)}
    statements = {f"angabe_{one.get('angabe')}": one.get("text", "") for one in data.get(STATEMENTS) or ()}
    who = line.actor, line.on_behalf_of
    by_hand = bool(data.get(ANSWERS)) and data.get(SOURCE) != READ
    proposed = {PROPOSED: "\n".join(data[PROPOSED])} if data.get(PROPOSED) else {}
    fields = {**proposed, **answers, **statements}
    return DraftVersion(number, line.seq, line.at, *who, **data[DRAFT], fields=fields, by_hand=by_hand)


def draft_version(workflow: Workflow, case_id: str, number: int | None = None) -> DraftVersion:
    """The draft of that number; None: the newest one. Errors as in `draft_versions`, and if there is none."""
    versions = draft_versions(workflow, case_id)
    if not versions:
        raise NotFoundError("draft_none")
    found = [one for one in versions if number in (None, one.number)]
    if not found:
        known = ", ".join(str(one.number) for one in versions)
        raise NotFoundError("draft_version_unknown", number=number, known=known)
    return found[-1]


def draft_content(workflow: Workflow, case_id: str, version: DraftVersion) -> bytes:
    """The file of a version, as it was handed in."""
    body = workflow.case(case_id).case.body
    with workflow.database.reading() as connection:
        return read_file(connection, body, version.sha256)


def draft_difference(older: DraftVersion, newer: DraftVersion) -> tuple[FieldDifference, ...]:
    """What changed from one version to another, field by field."""
    return difference(older.fields, newer.fields)
