"""What a body has resolved on a paper: in which session, with which wording and votes, and who is to do what."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from ...config.text import Text
from ...states.amendments import amendment_told, is_carried
from ...states.consultation_results import DECISIONS, TREATED, Weight, result_text, weight
from ...states.kin import Kin, Lifecycles
from ...states.kin import Known as Dossiered
from ...states.lifecycle import Lifecycle
from ...states.queries import HistoryLine
from ..context import facts_known
from ..dossiers import Dossier

#: The event by which a resolution is issued to the offices, and the one by which the bodies have dealt with the paper.
ISSUING, _DEALT_WITH = "ausfertigen", "alle_beraten"
#: The children that are stops in the order of bodies, and those of a stop that was referred.
CONSULTING, REFERRED = "beratung", "folge"
_DECIDED, _WORDING, _PROPOSED = "beschluss", "wortlaut", "beschlussvorschlag"
_VOTES = ("ja", "nein", "enthaltungen")


class Resolution(NamedTuple):
    """What was resolved; what is not known is empty or None."""

    #: The body that has decided, the day of its session and the item of the agenda.
    gremium: str | None
    sitzung: str | None
    top: str | None
    #: In words: geändert beschlossen, abgelehnt.
    result: str
    #: Votes: ja, nein, enthaltungen; None: nobody counted.
    votes: Mapping[str, int] | None
    #: The number of the resolution, and its wording where one was entered.
    number: str | None
    wording: str | None
    #: Whether it is what was proposed, neither changed nor rejected.
    as_proposed: bool
    #: What was proposed, point by point, and the amendments that were carried: nummer, fragesteller, wortlaut.
    proposed: tuple[str, ...]
    amendments: tuple[Mapping[str, Any], ...]
    #: What is to be done: amt, aufgabe, zieltermin.
    tasks: tuple[Mapping[str, Any], ...]
    #: Whether it stands as it is: it has been issued, or there is nothing to be issued.
    settled: bool
    #: The line of the log that tells of it.
    seq: int = 0


def is_resolved_upon(lifecycle: Lifecycle) -> bool:
    """Whether a body decides on papers of that kind, and its resolution is issued to the offices."""
    return ISSUING in lifecycle.events


def resolution_of(
    connection: Connection, dossier: Dossier, lifecycles: Lifecycles, lines: Sequence[HistoryLine]
) -> Resolution | None:
    """The resolution on the paper of a case with these `lines` in its log; None: there is none (yet)."""
    case, facts = dossier.case, facts_known(dossier.case)
    if facts.get(_DECIDED) is None or case.row["state"] not in _after_the_decision(case.lifecycle):
        return None
    stop = _deciding(connection, dossier.children, lifecycles)
    told, treated = (facts_known(stop), _treated(stop)) if stop else ({}, {})
    changed = facts[_DECIDED] == "geaendert"
    wording = facts.get("beschluss_wortlaut") or told.get(_WORDING)
    return Resolution(
        gremium=told.get("gremium"),
        sitzung=treated.get("sitzung") or told.get("sitzung"),
        top=treated.get("top") or told.get("top"),
        result=_result(case, stop, changed=changed),
        votes=_votes({**told, **treated}),
        number=facts.get("beschluss_nummer"),
        wording=wording,
        as_proposed=facts[_DECIDED] == "unveraendert",
        proposed=tuple(map(str, facts.get(_PROPOSED) or ())),
        amendments=tuple(map(amendment_told, filter(is_carried, dossier.children))) if changed and not wording else (),
        tasks=tuple(facts.get("kontrollen") or ()),
        settled=case.lifecycle.states[case.row["state"]].final,
        seq=max((line.seq for line in lines if line.event in {ISSUING, _DEALT_WITH}), default=0),
    )


def _after_the_decision(lifecycle: Lifecycle) -> frozenset[str]:
    """The states in which a paper has been decided upon."""
    events = (lifecycle.events.get(name) for name in (_DEALT_WITH, ISSUING))
    return frozenset(way.to for event in events if event for way in event.ways if way.to)


def _deciding(connection: Connection, children: tuple[Dossiered, ...], lifecycles: Lifecycles) -> Dossiered | None:
    """The stop whose decision counts; of one that was referred, the one before the body that has decided."""
    found, kind = None, CONSULTING
    while (nearer := _weightiest(children, kind)) is not None:
        found, kind = nearer, REFERRED
        children = Kin(connection, [found.row["id"]], lifecycles).below(found.row["id"])
    return found


def _weightiest(children: tuple[Dossiered, ...], kind: str) -> Dossiered | None:
    decided = [one for one in children if one.row["child"] == kind and one.row["state"] in DECISIONS]
    return max(decided, key=_weight, default=None)


def _weight(stop: Dossiered) -> Weight:
    return weight(stop.row["state"], stop.row["facts"], stop.row["round"], stop.row["position"])


def _treated(stop: Dossiered) -> Mapping[str, Any]:
    """What the body did with it last."""
    rows: Sequence[Mapping[str, Any]] = stop.row["facts"].get(TREATED) or ({},)
    return {name: value for name, value in rows[-1].items() if value is not None}


def _result(case: Dossiered, stop: Dossiered | None, *, changed: bool) -> str:
    """How it was decided, in words: a paper is changed by amendments, too, though the body adds nothing to it."""
    state = stop.row["state"] if stop else case.row["state"]
    words = result_text("geaendert_beschlossen" if changed else state) or Text("", "")
    return words.de


def _votes(told: Mapping[str, Any]) -> Mapping[str, int] | None:
    counted = {name: told.get(name) for name in _VOTES}
    return {name: number or 0 for name, number in counted.items()} if any(counted.values()) else None
