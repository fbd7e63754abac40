"""``vorgang preference``: what a party wishes to be told, and how often."""

from typing import TYPE_CHECKING, Annotated

import typer

from .cli_call import Call, command
from .cli_root import group

if TYPE_CHECKING:
    from ..notifications.bundles import Address
    from ..notifications.preferences import Preferences
    from .console import Screen
    from .workflow import Workflow

preference = group("preference")

Party = Annotated[str, typer.Argument(metavar="PARTY")]


@command(preference, "show")
def show_preferences(call: Call, party: Party) -> None:
    """What holds for a party."""
    with call.workflow() as workflow:
        _tell(call, _address(call, workflow, party), _preferences(call, workflow))


@command(preference, "set")
def set_preference(
    call: Call,
    party: Party,
    kind: Annotated[str, typer.Argument(metavar="KIND")],
    frequency: Annotated[str, typer.Argument(metavar="FREQUENCY")],
) -> None:
    """Say how often a party wishes to be told messages of a kind."""
    from ..notifications.preferences import Wish  # noqa: PLC0415  # loads the database library
    from .wishes import wish  # noqa: PLC0415  # as above

    with call.workflow() as workflow:
        address, preferences = _address(call, workflow, party), _preferences(call, workflow)
        actor = call.actor_in(workflow, address.body)
        wish(workflow, preferences, address, said=Wish(kind, frequency), actor=actor)
        _tell(call, address, preferences)


def _preferences(call: Call, workflow: "Workflow") -> "Preferences":
    from ..notifications.kinds import load_kinds  # noqa: PLC0415  # loads the database library
    from ..notifications.preferences import Preferences  # noqa: PLC0415  # as above

    return Preferences(workflow.database, load_kinds(call.settings.templates))


def _address(call: Call, workflow: "Workflow", party: str) -> "Address":
    from .wishes import address_of  # noqa: PLC0415  # as above

    return address_of(workflow, call.body_in(workflow), party)


def _tell(call: Call, address: "Address", preferences: "Preferences") -> None:
    found = preferences.of(address)

    def show(screen: "Screen") -> None:
        rows = [
            (one.kind.id, one.kind.label.in_(screen.lang), one.frequency, one.kind.frequencies, one.set_by)
            for one in found
        ]
        screen.rows(("kind", "label", "frequency", "possible", "set_by"), rows)

    document = [
        {
            "kind": one.kind.id,
            "label": one.kind.label,
            "channel": one.channel,
            "frequency": one.frequency,
            "possible": list(one.kind.frequencies),
            "mandatory": one.kind.mandatory,
            "changed_at": one.changed_at,
            "set_by": one.set_by,
        }
        for one in found
    ]
    call.tell({"party": address.recipient, "preferences": document}, show)
