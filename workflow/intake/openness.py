"""Whether a case is opened for everybody or not, by what its document says of that. Pure.

Nothing is made public by silence: only a document that says so itself, or the person who takes it in, opens a case that
everybody may see. What the document does not say is opened as not public, and a warning tells how to change that.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ...states.lifecycle import Lifecycle, Way
from ...states.visibility import PUBLIC
from .pages import Remark
from .understood import Found, Understood

#: The effects that make a case not public, and public.
_HIDES, _SHOWS = "hide", "show"


class Openness(NamedTuple):
    """How public a case is to be, or is already, and what the document says of it."""

    public: bool
    #: None: the document does not say.
    said: bool | None = None
    #: Where it says so.
    found: Found | None = None
    #: Whoever takes it in has said so.
    given: bool = False
    warnings: tuple[Remark, ...] = ()


def openness_of(lifecycle: Lifecycle, said: Understood, given: Mapping[str, Any], *, unsaid: bool) -> Openness:
    """How public the case is opened; `unsaid`: as what, if nobody says it."""
    found = said.found.get("public")
    public = said.public if said.public is not None else unsaid
    if not _is_asked(lifecycle):
        # The author of the lifecycle has settled it.
        return Openness(not _hides(lifecycle), said.public, found, given=unsaid and said.public is None)
    by_hand = given.get(PUBLIC)
    if by_hand is not None:
        return Openness(bool(by_hand), said.public, found, given=True, warnings=_differing(said, public=bool(by_hand)))
    warnings = (
        ()
        if said.public is not None or unsaid
        else (Remark("taking_publicity_unsaid", {"events": _showing(lifecycle)}),)
    )
    told = (*warnings, *_in_attachments(said, public=public))
    return Openness(public, said.public, found, given=unsaid and said.public is None, warnings=told)


def openness_beside(said: Understood, *, public: bool) -> Openness:
    """What a document says of it that is put to a case which is public or not."""
    warnings = (*_differing(said, public=public), *_in_attachments(said, public=public))
    return Openness(public, said.public, said.found.get("public"), warnings=warnings)


def is_unsettled(lifecycle: Lifecycle, planned: Openness) -> bool:
    """Whether the case would be public although neither document nor person says so, for lack of a field to say it."""
    by_silence = planned.public and planned.said is not True and not planned.given
    return by_silence and not _is_asked(lifecycle)


def _is_asked(lifecycle: Lifecycle) -> bool:
    return any(field.name == PUBLIC and field.type == "bool" for field in lifecycle.opening.ask)


def _hides(lifecycle: Lifecycle) -> bool:
    return any(_does(way, _HIDES) for way in lifecycle.opening.ways)


def _showing(lifecycle: Lifecycle) -> str:
    """The events that make a case public once it is open."""
    ways = ((event.name, way) for event in lifecycle.events.values() for way in event.ways)
    found = [name for name, way in ways if lifecycle.initial in way.sources and _does(way, _SHOWS)]
    return ", ".join(dict.fromkeys(found)) or "–"


def _does(way: Way, effect: str) -> bool:
    return any(call.name == effect for call in way.do)


def _differing(said: Understood, *, public: bool) -> tuple[Remark, ...]:
    if not public or said.public is not False:
        return ()
    found = said.found.get("public")
    return (Remark("taking_publicity_differs", {}, found.line if found else None),)


def _in_attachments(said: Understood, *, public: bool) -> tuple[Remark, ...]:
    """Attachments that say of themselves that they are not public, of a paper that is."""
    names = [one.name or one.subject or f"{number}" for number, one in enumerate(said.attachments, 1) if _withheld(one)]
    return (Remark("taking_attachment_not_public", {"names": ", ".join(names)}),) if public and names else ()


def _withheld(said: Understood) -> bool:
    return said.public is False or any(map(_withheld, said.attachments))
