"""What the layouts of sessions see: an invitation with its agenda, an extract of the minutes of one item."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from ...states.agendas import AgendaView, Item
from ...states.consultation_results import TAKEN_OFF, role_text, treatment_text
from ...states.town import Town
from .printing import Sheet

INVITATION, EXTRACT = "einladung", "niederschriftsauszug"
#: What stands for the name of an item that is not for everybody yet.
_UNNAMED = "(noch nicht öffentlich)"


class Entered(NamedTuple):
    """Who entered the result of an item, when (in the town's zone), what the minutes say, and how it was amended."""

    by: str | None
    at: datetime
    minutes: str | None = None
    #: The amendments that were carried: nummer, fragesteller, wortlaut.
    amendments: tuple[Mapping[str, Any], ...] = ()


def invitation_sheet(view: AgendaView, town: Town) -> Sheet:
    """The invitation to a session, as far as the reader of `view` may know its agenda."""
    return Sheet(INVITATION, town.key, _values(view, town, None), _made_at(view, town))


def extract_sheet(view: AgendaView, item: Item, town: Town, entered: Entered) -> Sheet:
    """The extract of the minutes of one item that has a result."""
    result = item.result or {}
    votes = {name: result.get(name) for name in ("ja", "nein", "enthaltungen")}
    told = {
        **_item(item, town),
        "votes": {name: number or 0 for name, number in votes.items()} if any(votes.values()) else None,
        "wording": result.get("wortlaut") or "",
        "amendments": entered.amendments,
        "reason": result.get("grund") or "",
        "minutes": entered.minutes or "",
        "by": entered.by,
        "day": entered.at.date().isoformat(),
        "clock": f"{entered.at:%H:%M}",
    }
    at = entered.at.replace(microsecond=0)
    return Sheet(EXTRACT, town.key, _values(view, town, told, f"{view.session.day}-{item.number}"), at)


def _values(view: AgendaView, town: Town, item: Mapping[str, Any] | None, number: str | None = None) -> dict[str, Any]:
    session, office = view.session, town.parties.get(town.functions.get("geschaeftsstelle", ""))
    return {
        "lang": "de",
        "body": {"key": town.key, "name": town.name, "office": office.name if office else None},
        "names": town.names,
        "case": {"id": session.id, "number": None},
        "number": number or f"{session.organisation}-{session.day}",
        "draft": False,
        "preview": False,
        "session": {
            "name": session_name(view, town),
            "day": session.day.isoformat(),
            "begins": session.begins,
            "ends": session.ends,
            "place": session.location,
            "chair": town.names.get(view.chair or ""),
            "invited": view.invited_at.astimezone(town.zone).date().isoformat() if view.invited_at else None,
            "public": session.public,
            "cancelled": session.cancelled,
            "open": [_announced(one, town) for one in view.items if not one.closed],
            "closed": [_announced(one, town) for one in view.items if one.closed],
            "hidden": view.hidden,
        },
        "item": item,
    }


def session_name(view: AgendaView, town: Town) -> str:
    """What a session is called: its own name, else that of the body."""
    session = view.session
    return session.name or town.names.get(session.organisation, session.organisation)


def _item(item: Item, town: Town) -> dict[str, Any]:
    role = role_text(item.role)
    result = treatment_text(item.result)
    return {
        "number": item.number,
        "title": item.heading(town.names, "de")
        or " ".join(filter(None, (item.kind.de if item.kind else "", _UNNAMED))),
        "closed": item.closed,
        "paper": item.stop is not None,
        "urgent": item.urgent or "",
        "moved": [one.heading(town.names, "de") for one in item.amendments],
        "role": role.de if role else "",
        "result": result.de if result else "",
    }


def _announced(item: Item, town: Town) -> dict[str, Any]:
    """An item of an invitation; one that will not be dealt with says so."""
    told = _item(item, town)
    is_off = (item.result or {}).get("ergebnis") in TAKEN_OFF
    return told | {"title": f"{told['title']} – {told['result']}"} if is_off else told


def _made_at(view: AgendaView, town: Town) -> datetime:
    return view.session.modified.astimezone(town.zone).replace(microsecond=0)
