"""What a town knows about itself, so that names and numbers are recognised in what it reads. May be empty."""

from collections.abc import Mapping
from typing import NamedTuple, Self

from ...config.profiles import NumberPattern, Organization, Profile


class KnownName(NamedTuple):
    """A body, office, faction or person."""

    key: str
    name: str
    short_name: str | None = None
    #: Other spellings met in documents.
    also_written: tuple[str, ...] = ()

    @property
    def spellings(self) -> tuple[str, ...]:
        """All of them, the own name first."""
        return tuple(name for name in (self.name, self.short_name, *self.also_written) if name)


class KnownTown(NamedTuple):
    """A town's names, number patterns by kind of paper, and the zone of its days."""

    #: Such as „Hagen“; of other towns a document says what they will do, but promises nothing.
    name: str | None = None
    bodies: tuple[KnownName, ...] = ()
    offices: tuple[KnownName, ...] = ()
    factions: tuple[KnownName, ...] = ()
    persons: tuple[KnownName, ...] = ()
    numbers: Mapping[str, NumberPattern] = {}
    #: IANA name. Documents name days and no times, so understanding needs no zone; who opens a case does.
    zone: str | None = None

    @classmethod
    def of_profile(cls, profile: Profile) -> Self:
        """What the profile of a municipality says."""
        return cls(
            name=profile.short_name,
            bodies=_names(profile, "Gremium", "externes Gremium"),
            offices=_names(profile, "Verwaltungsbereich"),
            factions=_names(profile, "Fraktion", "Partei"),
            persons=tuple(KnownName(one.key, one.name, None, one.also_written) for one in profile.persons),
            numbers=dict(profile.numbers),
            zone=profile.zone,
        )


def _names(profile: Profile, *types: str) -> tuple[KnownName, ...]:
    return tuple(_name(one) for one in profile.organizations if one.organization_type in types)


def _name(one: Organization) -> KnownName:
    return KnownName(one.key, one.name, one.short_name)
