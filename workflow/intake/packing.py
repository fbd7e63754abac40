"""What a document says, and what is known of a town, as JSON on the way between processes."""

from typing import Any

from pydantic import TypeAdapter

from .understanding_town import KnownTown
from .understood import Understood

_SAID, _TOWN = TypeAdapter(Understood), TypeAdapter(KnownTown)


def packed_said(said: Understood) -> Any:
    """What a document says, made of what JSON knows."""
    return _SAID.dump_python(said, mode="json")


def unpacked_said(packed: Any) -> Understood:
    """What `packed_said` has put in."""
    return _SAID.validate_python(packed)


def packed_town(known: KnownTown) -> Any:
    """What is known of a town, made of what JSON knows."""
    return _TOWN.dump_python(known, mode="json")


def unpacked_town(packed: Any) -> KnownTown:
    """What `packed_town` has put in."""
    return _TOWN.validate_python(packed)
