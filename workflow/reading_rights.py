"""What a reader may see of cases: asked by every list, page and file, and nowhere else. See docs/publication.md.

A reader of None is the operator of the installation, who sees everything.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ..config.errors import NotFoundError
from ..config.text import Text
from ..states import queries
from ..states.blackening import Blackout
from ..states.lifecycle import Field, Lifecycle
from ..states.queries import CaseSummary, Filter, HistoryLine
from ..states.references import named_cases
from ..states.visibility import (
    ATTACHMENTS,
    Publicity,
    Reader,
    blackout_for,
    may_show_answer,
    may_show_content,
    may_show_everything,
    may_show_resolution,
    visible_parts,
)
from .views import CaseView
from .workflow import Workflow

#: What readers outside learn of a case beside its fields.
OPEN_COLUMNS = ("id", "body", "number", "subject", "lifecycle", "parent_id", "child", "opened_at", "closed_at")
#: The most cases asked for at once while a list is filled.
_AT_ONCE = 800


class Seen(NamedTuple):
    """A case as a reader may see it."""

    case: CaseSummary
    #: The state in the words that are meant for the reader.
    state: Text
    #: Whether the reader sees the work on the case too; else only what is told outside.
    everything: bool
    #: Whether the reader may know what was decided on it.
    disclosed: bool = True

    @property
    def document(self) -> dict[str, Any]:
        """As JSON lists it."""
        case = self.case._asdict()
        known = case if self.everything else {name: case[name] for name in (*OPEN_COLUMNS, "facts")}
        return {**known, "state_label": self.state}


def visible(workflow: Workflow, case_ids: Iterable[str], reader: Reader | None) -> set[str]:
    """Those of the cases of which `reader` may know more than nothing."""
    if reader is None:
        return set(case_ids)
    return {case_id for case_id, known in workflow.publicity(case_ids).items() if may_show_content(known, reader)}


def require(workflow: Workflow, case_id: str, reader: Reader | None, *, asked: str, everything: bool = False) -> None:
    """That `reader` may see the case (with `everything`: the work on it too); `asked`: as whoever asks has named it.

    Raises:
        NotFoundError: there is no such case, or it is none for this reader; the answer is the same.
    """
    if reader is None:
        return
    known = workflow.publicity([case_id]).get(case_id)
    if known is None or not (may_show_everything if everything else may_show_content)(known, reader):
        raise NotFoundError("case_unknown", case=asked)


def seen(
    workflow: Workflow,
    cases: Sequence[CaseSummary],
    reader: Reader | None,
    publicity: Mapping[str, Publicity] | None = None,
) -> list[Seen]:
    """The cases among these that `reader` may see, as they may see them.

    `publicity`: of all of them, where it has been read already.
    """
    if reader is None:
        return [Seen(case, lifecycle_of(workflow, case).states[case.state].label, everything=True) for case in cases]
    known = workflow.publicity(case.id for case in cases) if publicity is None else publicity
    cases = [case for case in cases if case.id in known and may_show_content(known[case.id], reader)]
    named = visible(workflow, {ref for case in cases for ref in _references(workflow, case).values()}, reader)
    return [_seen(workflow, case, known[case.id], reader, named) for case in cases]


def _seen(workflow: Workflow, case: CaseSummary, known: Publicity, reader: Reader, named: set[str]) -> Seen:
    lifecycle = lifecycle_of(workflow, case)
    state, facts = lifecycle.states[case.state], dict(case.facts)
    for name, ref in _references(workflow, case).items():
        if ref not in named:
            del facts[name]
    facts = visible_parts(known, facts, reader)
    if may_show_everything(known, reader):
        return Seen(case._replace(facts=facts), state.label, everything=True)
    fields = lifecycle.fields
    disclosed = may_show_resolution(known, reader)
    shown = _open_fields(fields, answer=may_show_answer(known, reader), decision=disclosed)
    facts = {name: value for name, value in facts.items() if name in shown and value != []}
    plain = case._replace(owner=None, due_on=None, facts=facts, closed_at=case.closed_at if disclosed else None)
    if (black := blackout_for(known, reader)) is not None:
        plain = _blacked_out(plain, fields, black)
    return Seen(plain, state.told(disclosed=disclosed) or lifecycle.label, everything=False, disclosed=disclosed)


def _open_fields(fields: Mapping[str, Field], *, answer: bool, decision: bool) -> set[str]:
    told = {"drucksache", "antwort" if answer else None, "beschluss" if decision else None} - {None}
    return {ATTACHMENTS} | {field.name for field in fields.values() if field.public in told}


def _blacked_out(case: CaseSummary, fields: Mapping[str, Field], black: Blackout) -> CaseSummary:
    """The case without what is private; a file cannot be blacked out, so of these only the attachments stay."""
    facts = {
        name: value for name, value in case.facts.items() if name == ATTACHMENTS or not _holds_file(fields.get(name))
    }
    number, subject = black.value((case.number, case.subject))
    return case._replace(number=number, subject=subject, facts=black.value(facts))


def _holds_file(field: Field | None) -> bool:
    return field is None or field.type == "file" or any(map(_holds_file, field.parts))


def _references(workflow: Workflow, case: CaseSummary) -> Mapping[str, str]:
    """The facts that name another case."""
    fields = lifecycle_of(workflow, case).fields.values()
    return {field.name: case.facts[field.name] for field in fields if field.type == "case" and field.name in case.facts}


class SeenView(NamedTuple):
    """A case with what belongs to it, as a reader may see it."""

    view: CaseView
    seen: Seen
    children: list[Seen]
    #: The cases that its facts name, by their ids.
    named: Mapping[str, CaseSummary]
    #: The case that it follows up, if the reader may see that, and those that follow it up (amendments too).
    follows: list[Seen]
    followed_by: list[Seen]


def seen_view(workflow: Workflow, case_id: str, reader: Reader | None) -> SeenView:
    """A case that `reader` may see (see `require`), without what they may not see of it.

    Raises:
        NotFoundError: there is no such case, or none for this reader.
    """
    view = workflow.case(case_id)
    found, children = seen(workflow, [view.case], reader), seen(workflow, view.children, reader)
    if not found:
        raise NotFoundError("case_unknown", case=case_id)
    one, below = found[0], tuple(child.case for child in children)
    shown = view._replace(case=one.case, state_label=one.state, children=below)
    if not one.everything:
        shown = shown._replace(owner_name=None, deadlines=())
    with workflow.database.reading() as connection:
        earlier, later = queries.followed(connection, case_id), queries.followers(connection, case_id)
    named = _named(workflow, one.case, reader)
    return SeenView(shown, one, children, named, seen(workflow, earlier, reader), seen(workflow, later, reader))


def _named(workflow: Workflow, case: CaseSummary, reader: Reader | None) -> dict[str, CaseSummary]:
    fields = tuple(lifecycle_of(workflow, case).fields.values())
    ids = list(dict.fromkeys(ref for _, ref in named_cases(fields, case.facts)))
    if not ids:
        return {}
    with workflow.database.reading() as connection:
        found = queries.summaries(connection, ids)
    return {one.case.id: one.case for one in seen(workflow, list(found.values()), reader)}


def page_of_cases(workflow: Workflow, wanted: Filter, reader: Reader | None) -> list[Seen]:
    """A page of the cases that `reader` may see; a state is a filter only over those whose state they see."""
    if reader is None:
        return seen(workflow, workflow.cases(wanted), None)
    # Who is concerned in nothing sees public ones only: the database need not hand over any other.
    own = wanted._replace(body=reader.body or wanted.body, public=None if reader.parties else True)

    def read(limit: int, last: CaseSummary | None) -> list[CaseSummary]:
        return workflow.cases(own._replace(limit=limit, after=last.id if last else own.after))

    def pick(cases: Sequence[CaseSummary]) -> list[Seen]:
        return [one for one in seen(workflow, cases, reader) if wanted.state is None or one.everything]

    return filled(read, pick, wanted.limit)


def filled(
    read: Callable[[int, CaseSummary | None], Sequence[CaseSummary]],
    pick: Callable[[Sequence[CaseSummary]], list[Seen]],
    limit: int,
) -> list[Seen]:
    """A page of `limit` cases that may be seen, however many between them may not.

    `read` gives the next cases, so many at most, after a case; `pick` is `seen`. Mostly all of the first may be seen;
    where they may not, as many are looked at next as should fill the page with some to spare.
    """
    found: list[Seen] = []
    last: CaseSummary | None = None
    many = limit
    while len(found) < limit:
        some = read(many, last)
        picked = pick(some)
        found += picked
        if len(some) < many:
            break
        needed = 2 * (limit - len(found)) * many // len(picked) if picked else 4 * many
        last, many = some[-1], min(max(needed, 1), max(limit, _AT_ONCE))
    return found[:limit]


class PublicLine(NamedTuple):
    """A line of the history as readers outside see it: since when a case has stood how."""

    at: Any
    state_label: Text


def public_history(workflow: Workflow, one: Seen, lines: Sequence[HistoryLine]) -> list[PublicLine]:
    """What of the log is told outside: the changes of the public state, and nothing of who, why and with what."""
    states, told = lifecycle_of(workflow, one.case).states, list[PublicLine]()
    for line in lines:
        label = states[line.target].told(disclosed=one.disclosed)
        if label is not None and (not told or told[-1].state_label != label):
            told.append(PublicLine(line.at, label))
    return told


def lifecycle_of(workflow: Workflow, case: CaseSummary) -> Lifecycle:
    """The lifecycle that a case runs through, in its version."""
    return workflow.library.get(case.lifecycle, case.lifecycle_version).lifecycle
