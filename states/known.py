"""What a lifecycle may refer to outside its own file: the names that exist in this installation."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from .lifecycle import Lifecycle

#: Least and most arguments that a guard or an effect takes.
Arity: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Names by kind."""

    #: Functions of the municipality.
    roles: Collection[str]
    guards: Mapping[str, Arity]
    effects: Mapping[str, Arity]
    #: Rules of the municipality's rule sets.
    rules: Collection[str]
    #: Those of them that count back from a day.
    backward: Collection[str] = ()
    #: The milestones of backward plans, with their places: the one farthest from the session first.
    milestones: Mapping[str, int] = field(default_factory=dict)
    templates: Collection[str]
    drafts: Collection[str]
    lifecycles: Mapping[str, Lifecycle]
    #: The rule sets can be read; else no rule is asked for.
    rules_known: bool = True
    #: Columns of each typed record; a record that is not listed is not checked.
    columns: Mapping[str, Collection[str]] = field(default_factory=dict)
