"""Guards and effects of publication: made known, taken back, shown again; attachments withheld and released.

Any lifecycle may name them; none of them knows the lifecycle it serves (see docs/publication.md).
"""

from collections.abc import Mapping
from typing import Any

from ..config.errors import Reason
from ..states.columns import instant_text
from ..states.inputs import SHOWN
from ..states.registry import Moment, Registry
from ..states.visibility import ATTACHMENTS, EMBARGO, PUBLIC, PUBLISHED, WITHDRAWN

#: Shortest beginning of a SHA-256 by which an attachment can be meant.
SHORTEST_HASH = 8


def register(registry: Registry) -> None:
    """Make them known to a registry."""
    registry.guard("public")(public)
    registry.guard("can_be_public")(can_be_public)
    registry.guard("attachment", least=1)(attachment)
    registry.effect("show")(show)
    registry.effect("hide_alone")(hide_alone)
    registry.effect("publish")(publish)
    registry.effect("withdraw")(withdraw)
    registry.effect("append", least=1)(append)
    registry.effect("withhold", least=2)(withhold)
    registry.effect("release", least=1)(release)


def public(moment: Moment) -> Reason | None:
    """The case may be shown to everybody."""
    return None if moment.situation.case.public else Reason("case_not_public", {})


def can_be_public(moment: Moment) -> Reason | None:
    """What is made known to everybody now is seen by everybody: the case is not one that is not public."""
    return None if moment.situation.case.public else Reason("publishing_not_public", {})


def attachment(moment: Moment, name: str) -> Reason | None:
    """The text field `name` means one attachment of the case: by its file name, its title or its SHA-256."""
    meant, listed = str(moment.facts.get(name) or ""), _attachments(moment)
    found = {each["datei"]["sha256"] for each in listed if _is_meant(each, meant)}
    if len(found) == 1:
        return None
    known = ", ".join(each["datei"]["name"] for each in listed) or "–"
    code = "attachment_ambiguous" if found else "attachment_unknown"
    return Reason(code, {"attachment": meant[:SHOWN], "known": known})


def show(_moment: Moment) -> Mapping[str, Any]:
    """From now on the case is public."""
    return {PUBLIC: True}


def hide_alone(moment: Moment) -> Mapping[str, Any]:
    """A case that belongs to no other is not public, unless the event says so; any other is as public as that one."""
    said = moment.data.get(PUBLIC) is not None or moment.situation.case.parent_id is not None
    return {} if said else {PUBLIC: False}


def publish(moment: Moment) -> Mapping[str, Any]:
    """The answer is made known now; to whom, the publicity of the case says."""
    return {PUBLISHED: instant_text(moment.now), WITHDRAWN: None}


def withdraw(moment: Moment) -> Mapping[str, Any]:
    """The publication is taken back now: from now on the case is not public."""
    return {PUBLIC: False, WITHDRAWN: instant_text(moment.now)}


def append(moment: Moment, name: str) -> Mapping[str, Any]:
    """What is entered in a list is added to what it held before, instead of replacing it."""
    if name not in moment.data:
        return {}
    return {name: [*moment.situation.case.facts.get(name, ()), *(moment.data[name] or ())]}


def withhold(moment: Moment, name: str, until: str) -> Mapping[str, Any]:
    """The attachment that `name` means is not public any more; with a day in `until`, locked to the end of that day.

    What withholds it already goes on to do so.
    """
    day = moment.facts.get(until)
    return _with(moment, name, {EMBARGO: day} if day else {PUBLIC: False})


def release(moment: Moment, name: str) -> Mapping[str, Any]:
    """The attachment that `name` means is as public as its paper."""
    return _with(moment, name, {PUBLIC: None, EMBARGO: None})


def _with(moment: Moment, name: str, changes: Mapping[str, Any]) -> Mapping[str, Any]:
    """The attachments, the one meant changed; what else the event has entered for it is over."""
    meant = str(moment.facts.get(name) or "")
    changed = [{**each, **changes} if _is_meant(each, meant) else each for each in _attachments(moment)]
    return {ATTACHMENTS: [{part: value for part, value in each.items() if value is not None} for each in changed]}


def _attachments(moment: Moment) -> list[Mapping[str, Any]]:
    return list(moment.facts.get(ATTACHMENTS) or ())


def _is_meant(each: Mapping[str, Any], meant: str) -> bool:
    file = each["datei"]
    by_hash = len(meant) >= SHORTEST_HASH and str(file["sha256"]).startswith(meant.lower())
    return by_hash or meant in (file["name"], each.get("titel"))
