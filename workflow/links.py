"""What a personal link shows, and what it lets the person whom it names do. Looking at it never acts."""

from collections.abc import Container, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import NamedTuple

from ..config.errors import ForbiddenError, NotFoundError, Refusal, RefusedError
from ..config.settings import Settings
from ..config.text import Text
from ..notifications.personal_links import KEY_NAME, Claim, LinkMaker, acts_by_link, claim_of
from ..states.engine import Fired
from ..states.installation_secrets import secret_of
from ..states.lifecycle import Event
from ..states.queries import CaseSummary
from ..states.step import Facts
from .views import Offer
from .workflow import Workflow


class LinkView(NamedTuple):
    """What the person whom a link names may know: their own case, and what they can do now."""

    claim: Claim
    case: CaseSummary
    name: str
    label: Text
    state: Text
    offers: tuple[Offer, ...]


def link_maker(workflow: Workflow, settings: Settings) -> LinkMaker:
    """Makes the personal links of the installation; its key is made when it is first needed."""
    return LinkMaker(cache(lambda: _key(workflow)), settings.base_url, timedelta(days=settings.link_days))


def look(workflow: Workflow, token: str) -> LinkView:
    """What a link is about, and the events that it allows now; nothing happens.

    Raises:
        ForbiddenError: the token is wrong, its time is over, or it means nobody who acts in this case.
    """
    claim, case = _meant(workflow, token)
    lifecycle = workflow.lifecycle(case.lifecycle, case.lifecycle_version)
    offers = workflow.available(case.id, workflow.actor(case.body, claim.person))
    mine = tuple(one for one in offers if one.allowed and lifecycle.events[one.event].by_link)
    name = workflow.directory.town(case.body).names[claim.person]
    return LinkView(claim, case, name, lifecycle.label, lifecycle.states[case.state].label, mine)


def use(workflow: Workflow, token: str, event: str, data: Facts, key: str | None = None) -> Fired:
    """Fire `event` as the person whom the token names.

    Raises:
        ForbiddenError: as in `look`, or links do not allow this event (`link_event`).
        RefusedError: the event cannot happen now.
    """
    claim, case = _meant(workflow, token)
    linked_event(workflow, case, event)
    try:
        return workflow.fire(case.id, event, actor=workflow.actor(case.body, claim.person), data=data, key=key)
    except RefusedError as error:
        by_link = {name for name, one in _events(workflow, case).items() if one.by_link}
        raise RefusedError(_for_guest(error.refusal, by_link)) from error


def _for_guest(refusal: Refusal, by_link: Container[str]) -> Refusal:
    """The refusal without what only others can do: whoever acts by a link is no user of the house."""
    if refusal.code == "case_closed":
        return replace(refusal, code="link_case_closed")
    if refusal.code != "event_not_now":
        return refusal
    names = [name for name in str(refusal.params["possible"]).split(", ") if name in by_link]
    return replace(refusal, params={**refusal.params, "possible": ", ".join(names) or "–"})


def linked_event(workflow: Workflow, case: CaseSummary, event: str) -> Event:
    """The event, if links allow it. Errors as in `use`."""
    events = _events(workflow, case)
    if event not in events or not events[event].by_link:
        known = ", ".join(name for name, one in events.items() if one.by_link)
        raise ForbiddenError("link_event", event=event, known=known)
    return events[event]


def _events(workflow: Workflow, case: CaseSummary) -> Mapping[str, Event]:
    return workflow.lifecycle(case.lifecycle, case.lifecycle_version).events


def _meant(workflow: Workflow, token: str) -> tuple[Claim, CaseSummary]:
    claim = claim_of(_key(workflow), token, workflow.clock.now())
    try:
        case = workflow.case(claim.case_id).case
        workflow.actor(case.body, claim.person)
    except NotFoundError:
        raise ForbiddenError("link_invalid") from None
    if not acts_by_link(workflow.lifecycle(case.lifecycle, case.lifecycle_version), case.facts, claim.person):
        raise ForbiddenError("link_invalid")
    return claim, case


def _key(workflow: Workflow) -> bytes:
    return secret_of(workflow.database, KEY_NAME, workflow.clock.now())
