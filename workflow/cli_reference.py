"""Which case is meant: a paper number (read tolerantly), an id or its beginning, and from there down to children.

``1062/2023`` · ``0190a1b2`` · ``1062/2023/mitzeichnung/amt41`` · ``1062/2023/beratung`` · ``1062/2023/beratung/rat``
"""

from typing import TYPE_CHECKING

from ..config.errors import InvalidInputError, NotFoundError
from ..config.text import LANGS, Text
from ..config.texts import told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..states.queries import CaseSummary
    from ..states.visibility import Reader
    from .workflow import Workflow

#: What tells the stops of a Beratungsfolge from one another.
_OF_STOP = frozenset({"gremium", "sitzung", "rolle"})


def resolve(workflow: "Workflow", reference: str, body: str | None = None, reader: "Reader | None" = None) -> str:
    """The id of the case that `reference` means, among those that `reader` may see (None: all).

    Raises:
        NotFoundError: none fits, or several do.
    """
    from .named import only_case  # noqa: PLC0415  # loads the catalogue

    def find(word: str) -> list[str]:
        candidates = workflow.candidates(word, body)
        seen = _seen(workflow, candidates, reader)
        return [one for one in candidates if one in seen]

    found = find(reference)
    parts = reference.strip("/").split("/")
    for end in range(len(parts) - 1, 0, -1) if len(found) != 1 else ():
        parents = find("/".join(parts[:end]))
        if len(parents) == 1:
            return _below(workflow, parents[0], parts[end:], reader)
    return only_case(reference, found)


def require_id(option: str, given: str | None) -> None:
    """What a list goes on from must be an id; any other word would show a page that means nothing.

    Raises:
        InvalidInputError: it is none.
    """
    from ..states.ids import is_id  # noqa: PLC0415  # not before it is needed

    if given is not None and not is_id(given):
        raise InvalidInputError("cli_id_form", option=option, given=given)


def _seen(workflow: "Workflow", cases: list[str], reader: "Reader | None") -> set[str]:
    from .reading_rights import visible  # noqa: PLC0415  # loads the engine

    return visible(workflow, cases, reader)


def _below(workflow: "Workflow", case_id: str, path: list[str], reader: "Reader | None") -> str:
    """Follow kinds of children, each perhaps with words that pick one out of several."""
    while path:
        kind, *path = path
        found = [child for child in workflow.case(case_id).children if kind in (child.child, child.lifecycle)]
        found = _as_seen(workflow, found, reader)
        while path and (picked := [child for child in found if _fits(child, path[0])]):
            found, path = picked, path[1:]
            if len(found) == 1:
                break
        case_id = _only(workflow, kind, found)
    return case_id


def _as_seen(workflow: "Workflow", cases: "list[CaseSummary]", reader: "Reader | None") -> "list[CaseSummary]":
    """The cases with what `reader` may know of them: nobody is to find out the rest by trying words.

    Body, day and role of a stop of a Beratungsfolge, which lie in its record, are for whoever may know of the paper.
    """
    from ..states.kin import Kin  # noqa: PLC0415  # loads the engine
    from ..states.publicity import facts_of  # noqa: PLC0415  # as above
    from .reading_rights import seen  # noqa: PLC0415  # as above

    shown = [one.case for one in seen(workflow, cases, reader)]
    with workflow.database.reading() as connection:
        kin = Kin(connection, [case.id for case in shown], workflow.lifecycle)
        known = [(case, kin.of(case.id)) for case in shown]
    stops = {
        case.id: {name: str(value) for name, value in facts_of(one).items() if name in _OF_STOP}
        for case, one in known
        if one.lifecycle.record == "consultation"
    }
    return [case._replace(facts={**case.facts, **stops.get(case.id, {})}) for case in shown]


def _fits(child: "CaseSummary", word: str) -> bool:
    """A party, day or choice among the facts, or the beginning of the id."""
    return word in child.facts.values() or (len(word) >= 8 and child.id.startswith(word.lower()))  # noqa: PLR2004  # as queries.SHORTEST_ID


def _only(workflow: "Workflow", kind: str, found: list["CaseSummary"]) -> str:
    """The one child; of several the only one that is still open."""
    still_open = [child for child in found if child.closed_at is None]
    chosen = still_open if len(still_open) == 1 else found
    if not chosen:
        raise NotFoundError("cli_child_unknown", child=kind)
    if len(chosen) > 1:
        raise NotFoundError("case_ambiguous", case=kind, found=_named(workflow, chosen))
    return chosen[0].id


def _named(workflow: "Workflow", cases: "Sequence[CaseSummary]") -> list[Text]:
    """The ids, each with what tells the case from the others: whom or what it is about, and its day."""
    from ..states.kin import Kin  # noqa: PLC0415  # loads the engine
    from .case_page import body_of, child_subject, short  # noqa: PLC0415  # not before it is needed

    with workflow.database.reading() as connection:
        kin = Kin(connection, [case.id for case in cases], workflow.lifecycle)
    found = []
    for case in cases:
        about = short(body_of(workflow, case) or child_subject(workflow, case))
        day = (kin.of(case.id).record or {}).get("meeting_date") or case.due_on or ""
        found.append(Text(*(_with_words(case.id, (about, str(told(day, lang)))) for lang in LANGS)))
    return found


def _with_words(id: str, words: "Sequence[str]") -> str:
    told_of = ", ".join(filter(None, words))
    return f"{id} ({told_of})" if told_of else id
