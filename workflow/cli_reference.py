"""Which case is meant: a paper number (read tolerantly), an id or its beginning, and from there down to children.

``1062/2023`` · ``0190a1b2`` · ``1062/2023/mitzeichnung/amt41`` · ``1062/2023/beratung``
"""

from typing import TYPE_CHECKING

from ..config.errors import InvalidInputError, NotFoundError

if TYPE_CHECKING:
    from ..states.queries import CaseSummary
    from ..states.visibility import Reader
    from .workflow import Workflow


def resolve(workflow: "Workflow", reference: str, body: str | None = None, reader: "Reader | None" = None) -> str:
    """The id of the case that `reference` means, among those that `reader` may see (None: all).

    Raises:
        NotFoundError: none fits, or several do.
    """
    from .workflow import only_case  # noqa: PLC0415  # loads the engine

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
    """Follow kinds of children, each perhaps with a word that picks one out of several."""
    while path:
        kind, *path = path
        found = [child for child in workflow.case(case_id).children if kind in (child.child, child.lifecycle)]
        found = _as_seen(workflow, found, reader)
        picked = [child for child in found if path and _fits(child, path[0])]
        if picked:
            found, path = picked, path[1:]
        case_id = _only(kind, found)
    return case_id


def _as_seen(workflow: "Workflow", cases: "list[CaseSummary]", reader: "Reader | None") -> "list[CaseSummary]":
    """The cases with what `reader` may know of them: nobody is to find out the rest by trying words."""
    from .reading_rights import seen  # noqa: PLC0415  # loads the engine

    return [one.case for one in seen(workflow, cases, reader)]


def _fits(child: "CaseSummary", word: str) -> bool:
    """A party, day or choice among the facts, or the beginning of the id."""
    return word in child.facts.values() or (len(word) >= 8 and child.id.startswith(word.lower()))  # noqa: PLR2004  # as queries.SHORTEST_ID


def _only(kind: str, found: list["CaseSummary"]) -> str:
    """The one child; of several the only one that is still open."""
    still_open = [child for child in found if child.closed_at is None]
    chosen = still_open if len(still_open) == 1 else found
    if not chosen:
        raise NotFoundError("cli_child_unknown", child=kind)
    if len(chosen) > 1:
        raise NotFoundError("case_ambiguous", case=kind, found=", ".join(child.id for child in chosen))
    return chosen[0].id
