"""Before which sessions a paper stood and what became of it there, day by day."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from ...states.consultation_results import RESULT, STRUCK, TREATED, ended_since, is_over, result_text
from ...states.kin import Kin, Lifecycles
from ...states.kin import Known as Dossiered
from ...states.visibility import PUBLIC
from ..context import facts_known
from .resolution import REFERRED

#: What is said of a session that is still to come.
_AHEAD = "steht noch aus"


def treatments_of(
    connection: Connection, stops: Sequence[Dossiered], lifecycles: Lifecycles
) -> Sequence[Mapping[str, Any]]:
    """A row for each session before which these stops stood, or those to which they were referred."""
    found: list[Mapping[str, Any]] = []
    while stops:
        found += [row for stop in stops for row in _rows(stop)]
        kin = Kin(connection, [stop.row["id"] for stop in stops], lifecycles)
        stops = [one for stop in stops for one in kin.below(stop.row["id"]) if one.row["child"] == REFERRED]
    return sorted(found, key=lambda row: (row["sitzung"] is None, row["sitzung"]))


def _rows(stop: Dossiered) -> Iterator[Mapping[str, Any]]:
    facts, minutes = facts_known(stop), "niederschrift"
    shared = {name: facts.get(name) for name in ("gremium", "rolle")} | {PUBLIC: bool(stop.row["public"])}
    treated: Sequence[Mapping[str, Any]] = stop.row["facts"].get(TREATED) or ()
    since = ended_since(treated)
    told = (one for place, one in enumerate(treated) if place not in since and not one.get(STRUCK))
    rows = [_row(one, one.get(RESULT)) for one in told]
    if not treated or not is_over(facts, treated[-1]):
        rows.append(_row(facts, facts.get(RESULT)))
    rows[-1] = {**rows[-1], minutes: facts.get(minutes)}
    return ({**shared, **row} for row in rows)


def _row(told: Mapping[str, Any], result: str | None) -> Mapping[str, Any]:
    words = result_text(result)
    return {"sitzung": told.get("sitzung"), "top": told.get("top"), RESULT: words.de if words else _AHEAD}
