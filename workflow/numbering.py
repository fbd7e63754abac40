"""Guards of numbers: an answer has one of its own where the town numbers answers apart. Any lifecycle may name them."""

from collections.abc import Mapping
from typing import Any

from ..config.errors import Reason
from ..config.profiles import PAPER_KINDS
from ..states.inputs import SHOWN
from ..states.numbers import canonical_number
from ..states.registry import Moment, Registry
from ..states.visibility import is_answered


def register(registry: Registry) -> None:
    """Make them known to a registry."""
    registry.guard("number_fits", least=2, most=3)(number_fits)
    registry.guard("numbered", least=3)(numbered)


def number_fits(moment: Moment, name: str, kind: str, of_case: str | None = None) -> Reason | None:
    """The number in `name`, if one is given, looks as the town numbers that kind of paper.

    It is not the number of the case itself (the field `of_case`), and does not change any more once the answer has been
    made known. In a town that does not number this kind apart, any will do.
    """
    given, pattern = moment.data.get(name), moment.numbers.get(kind)
    if not given or pattern is None:
        return None
    number = str(given)
    if not pattern.fits(number):
        return Reason("number_shape", {"number": number[:SHOWN], "example": _example(moment, kind)})
    if of_case is not None and _same(number, moment.facts.get(of_case)):
        return Reason("number_of_inquiry", {"number": number, "example": _example(moment, kind)})
    before = _before(moment).get(name)
    if before and is_answered(_before(moment)) and not _same(number, before):
        return Reason("number_published", {"number": str(before)})
    return None


def numbered(moment: Moment, name: str, kind: str, of_case: str) -> Reason | None:
    """The answer has the number that the town gives to papers of that kind.

    It stands in `name`; of a case that is such a paper itself, in its own field `of_case`. Papers of another kind that
    are cases themselves (a report) are no answers.
    """
    lifecycle = moment.situation.case.lifecycle
    if kind not in moment.numbers or (lifecycle in PAPER_KINDS and lifecycle != kind):
        return None
    field = of_case if lifecycle == kind else name
    if moment.facts.get(field):
        return None
    return Reason("number_missing", {"field": field, "example": _example(moment, kind)})


def _before(moment: Moment) -> Mapping[str, Any]:
    return moment.situation.known


def _same(number: str, other: object) -> bool:
    return other is not None and canonical_number(number) == canonical_number(str(other))


def _example(moment: Moment, kind: str) -> str:
    return moment.numbers[kind].render(1, moment.today.year)
