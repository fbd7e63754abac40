"""What is known of a town before its documents are read: out of its master data, or out of a profile alone."""

from ...config.errors import NotFoundError
from ...config.profile_files import load_profiles
from ...config.profiles import NumberPattern
from ...config.rule_files import load_rules
from ...config.settings import Settings
from ...states.town import Party, Town
from .understanding_town import KnownName, KnownTown

NOTHING_KNOWN = KnownTown()

#: oparl:classification of an organisation that moves and asks, and is no body before which papers come.
_FACTION = "Fraktion"


def of_profile(settings: Settings, name: str) -> KnownTown:
    """What the profile of that name, or in that file, says. Errors as in `profile_meant`."""
    from ..checking import profile_meant  # noqa: PLC0415  # loads all that can be checked

    return KnownTown.of_profile(profile_meant(settings, name))


def of_town(town: Town, settings: Settings) -> KnownTown:
    """What the master data of a town say; how its papers are numbered stands in the profile of the same key."""
    parties = town.parties.values()
    return KnownTown(
        name=town.short_name,
        bodies=tuple(_name(one) for one in parties if one.kind == "body" and one.classification != _FACTION),
        offices=tuple(_name(one) for one in parties if one.kind == "office"),
        factions=tuple(_name(one) for one in parties if one.kind == "body" and one.classification == _FACTION),
        persons=tuple(_name(one) for one in parties if one.kind == "person"),
        numbers=_numbers(town.key, settings),
        zone=town.zone.key,
    )


def _name(party: Party) -> KnownName:
    return KnownName(party.key, party.name, None, party.also_called)


def _numbers(key: str, settings: Settings) -> dict[str, NumberPattern]:
    try:
        return dict(load_profiles(settings.profiles, rules=load_rules(settings.rules)).get(key).numbers)
    except NotFoundError:  # a town without a profile numbers by hand
        return {}
