"""Guards and effects by name: the Python that a lifecycle file may refer to."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from ..config.errors import InvalidInputError, Reason
from ..config.profiles import NumberPattern
from .step import Actor, Facts, Situation

if TYPE_CHECKING:
    from .town import Town


class Moment(NamedTuple):
    """What a guard or an effect may look at: the situation, the facts after the input, the input, who, and when."""

    situation: Situation
    facts: Facts
    data: Facts
    actor: Actor
    today: date
    now: datetime
    #: How numbers look in the town, by the kind of paper.
    numbers: Mapping[str, NumberPattern] = MappingProxyType({})
    #: The municipality: its bodies, sessions and rules.
    town: "Town | None" = None


#: A guard says why it does not hold, or None.
Guard: TypeAlias = Callable[..., Reason | None]
#: An effect returns changes to the facts (None removes a fact).
Effect: TypeAlias = Callable[..., Mapping[str, Any]]


class Entry(NamedTuple):
    """A registered function and how many arguments a lifecycle may give it."""

    function: Callable[..., Any]
    least: int
    most: int
    #: It looks at what is above and beside the case (`Situation.beside`), which is loaded for it under a lock.
    beside: bool = False
    #: It looks at the children named first one by one.
    one_by_one: bool = False
    #: It looks at the sessions of the town, which are read for it in the transaction.
    sessions: bool = False
    #: It looks at the cases found by the links that it names (`Situation.linked`).
    linked: bool = False
    #: It looks at the open cases of the kind that is opened which are led by the same office (`Situation.alike`).
    alike: bool = False


class Registry:
    """The guards and effects known to one engine. A host registers its own before it loads lifecycles."""

    def __init__(self) -> None:
        self._guards: dict[str, Entry] = {}
        self._effects: dict[str, Entry] = {}

    def guard(self, name: str, *, least: int = 0, most: int | None = None, **looks: bool) -> Callable[[Guard], Guard]:
        """Register a guard ``f(moment, *args) -> Reason | None`` under `name`; at what it looks as in `Entry`."""

        def register(function: Guard) -> Guard:
            self._guards[name] = Entry(function, least, least if most is None else most, **looks)
            return function

        return register

    def effect(
        self, name: str, *, least: int = 0, most: int | None = None, **looks: bool
    ) -> Callable[[Effect], Effect]:
        """Register an effect ``f(moment, *args) -> changed facts`` under `name`; at what it looks as in `Entry`."""

        def register(function: Effect) -> Effect:
            self._effects[name] = Entry(function, least, least if most is None else most, **looks)
            return function

        return register

    def guard_named(self, name: str) -> Entry:
        """The guard `name`.

        Raises:
            InvalidInputError: nobody has registered it.
        """
        return _named(self._guards, "guard_not_registered", name)

    def effect_named(self, name: str) -> Entry:
        """The effect `name`. Errors as in `guard_named`."""
        return _named(self._effects, "effect_not_registered", name)

    @property
    def guards(self) -> Mapping[str, Entry]:
        """All guards by name."""
        return MappingProxyType(self._guards)

    @property
    def effects(self) -> Mapping[str, Entry]:
        """All effects by name."""
        return MappingProxyType(self._effects)


def _named(entries: Mapping[str, Entry], code: str, name: str) -> Entry:
    if name not in entries:
        raise InvalidInputError(code, name=name, known=", ".join(sorted(entries)))
    return entries[name]
