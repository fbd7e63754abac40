"""The amendments to a paper: those that were carried, and those before a session. Reads only."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from ..config.text import Lang, Text
from .columns import Among
from .consultation_results import TREATED
from .kin import Kin, Known, Lifecycles
from .publicity import facts_of, publicity_of
from .tables import CaseRow, table_of
from .town import Town
from .visibility import Publicity, Reader, blackout_for, may_show_content, may_show_resolution

_case = table_of(CaseRow)
_AMENDING, _CHANGED, _WORDING, _DAY = "aenderungsantrag", "geaendert_beschlossen", "wortlaut", "sitzung"


def is_carried(case: Known) -> bool:
    """Whether it is an amendment that was carried, or taken over by the mover of the paper."""
    return (case.row["child"], case.row["outcome"]) == (_AMENDING, "agree")


def amendment_told(amendment: Known) -> dict[str, Any]:
    """Its number, who has moved it, and how the paper is worded by it."""
    facts = facts_of(amendment)
    return {
        "nummer": (amendment.record or {}).get("reference"),
        "fragesteller": facts.get("fragesteller"),
        "wortlaut": facts.get(_WORDING) or facts.get("betreff") or "",
    }


def changes_made(
    connection: Connection, stops: Iterable[Sequence[Known]], lifecycles: Lifecycles
) -> Mapping[str, tuple[Known, ...]]:
    """By stop: the amendments that the body has adopted with the paper, where it has put down no wording of its own.

    `stops`: each with the cases above it, the nearest first.
    """
    changed = [line for line in stops if line[0].row["state"] == _CHANGED and not facts_of(line[0]).get(_WORDING)]
    papers = {line[0].row["id"]: paper for line in changed if (paper := _paper(line)) is not None}
    kin = Kin(connection, papers.values(), lifecycles)
    return {
        line[0].row["id"]: tuple(filter(is_carried, _until(_day(line[0]), kin.below(papers[line[0].row["id"]]))))
        for line in changed
        if line[0].row["id"] in papers
    }


def _paper(line: Sequence[Known]) -> str | None:
    return next((one.row["id"] for one in line[1:] if one.lifecycle.record == "paper"), None)


def _day(stop: Known) -> str:
    treated: Sequence[Mapping[str, Any]] = stop.row["facts"].get(TREATED) or ({},)
    return str(treated[-1].get(_DAY, ""))


def _until(day: str, cases: Iterable[Known]) -> Iterable[Known]:
    """Those that were dealt with by that day."""
    return (one for one in cases if str(facts_of(one).get(_DAY) or day) <= day)


class Moved(NamedTuple):
    """An amendment as a reader may see it beneath the item of its paper."""

    id: str
    kind: Text
    number: str | None
    subject: str
    #: Who has moved it; None: private.
    by: str | None
    #: How it ended, as far as this reader may know; None: it waits for its decision.
    ended: Text | None

    def heading(self, names: Mapping[str, str], lang: Lang) -> str:
        """Kind, number and subject, and who has moved it; how it ended."""
        head = " ".join(one for one in (self.kind.in_(lang), self.number) if one)
        by = f" ({names.get(self.by, self.by)})" if self.by else ""
        return f"{head}: {self.subject}{by}" + (f" – {self.ended.in_(lang)}" if self.ended else "")


def moved_on(
    connection: Connection,
    papers: Mapping[str, bool],
    sight: tuple[Lifecycles, Callable[[str], Town]],
    reader: Reader | None,
    day: str,
) -> dict[str, tuple[Moved, ...]]:
    """By paper: the amendments that concern the session of a day, for a `reader` who may see the paper itself.

    `papers`: whether everybody may know of each; who sees one that is not public sees what was moved to it, too. What
    was withdrawn, or rejected on another day, concerns nobody there.
    """
    query = select(_case.c.parent_id).where(Among(_case.c.parent_id), _case.c.child == _AMENDING).distinct()
    moved = set(connection.execute(query, {"ids": list(papers)}).scalars()) if papers else set()
    if not moved:
        return dict.fromkeys(papers, ())
    kin = Kin(connection, moved, sight[0])
    below = {paper: [one for one in kin.below(paper) if one.row["child"] == _AMENDING] for paper in moved}
    known = publicity_of(connection, [one.row["id"] for some in below.values() for one in some], *sight)
    return dict.fromkeys(papers, ()) | {
        paper: tuple(
            _moved(one, known[one.row["id"]], reader)
            for one in some
            if (not papers[paper] or _may_show(known[one.row["id"]], reader))
            and _concerns(one, known[one.row["id"]], reader, day)
        )
        for paper, some in below.items()
    }


def _may_show(known: Publicity, reader: Reader | None) -> bool:
    return reader is None or may_show_content(known, reader)


def _concerns(case: Known, known: Publicity, reader: Reader | None, day: str) -> bool:
    if case.lifecycle.states[case.row["state"]].final and _tells_end(known, reader):
        return is_carried(case) or str(facts_of(case).get(_DAY)) == day
    return True


def _tells_end(known: Publicity, reader: Reader | None) -> bool:
    return reader is None or may_show_resolution(known, reader)


def _moved(case: Known, known: Publicity, reader: Reader | None) -> Moved:
    state, black = case.lifecycle.states[case.row["state"]], blackout_for(known, reader)
    told = amendment_told(case) | {"betreff": facts_of(case).get("betreff") or ""}
    by = told["fragesteller"] if black is None or told["fragesteller"] not in black.private.keys else None
    number, subject = told["nummer"], told["betreff"]
    if black is not None:
        number, subject = black.value((number, subject))
    ended = state.told(disclosed=_tells_end(known, reader)) if state.final else None
    return Moved(case.row["id"], case.lifecycle.label, number, subject, by, ended)
