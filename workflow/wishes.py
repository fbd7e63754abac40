"""How often somebody wishes to be told: said by the person, by whoever belongs to the office, or by the clerks."""

from ..config.errors import ForbiddenError, NotFoundError
from ..notifications.bundles import Address
from ..notifications.preferences import Preferences, Wish
from ..states.step import Actor
from .workflow import Workflow


def address_of(workflow: Workflow, body: str, party: str) -> Address:
    """Where the messages to a party of the municipality go.

    Raises:
        NotFoundError: there is no such party.
    """
    known = workflow.directory.town(body).parties
    if party not in known:
        raise NotFoundError("party_unknown", party=party, body=body, known=", ".join(sorted(known)))
    return Address(body, party)


def wish(workflow: Workflow, preferences: Preferences, address: Address, *, said: Wish, actor: Actor) -> None:
    """Set a preference, and note who did.

    Raises:
        ForbiddenError: the actor is neither the party nor of that office, nor of the council office.
        InvalidInputError: as `Preferences.set`.
    """
    council_office = workflow.directory.town(address.body).holders("geschaeftsstelle", {})
    if not actor.parties & {address.recipient, *council_office}:
        raise ForbiddenError("preference_not_yours", party=address.recipient, actor=actor.key)
    preferences.set(address, said, by=actor.key, now=workflow.clock.now())
