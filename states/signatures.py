"""What it takes to sign: a draft, its author known, and four eyes. Pure.

A way of an event that `signs` makes a row of its own beside the line of the log, bound to the SHA-256 of the draft.
That nobody signs what they have drafted themselves, nor on behalf of whoever has, is checked here whatever the guards
of the lifecycle say, and once more by the database.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from ..config.errors import Reason, Refusal
from .chains import shown
from .lifecycle import Lifecycle, SignatureSpec, Way
from .step import Actor, Facts, NewSignature
from .town import Town

#: The only result with which a timer signs: the office has let its day pass, and the rules take silence for consent.
SILENCE = "schweigen_gilt"
#: Beginning of a hash that is enough to tell one draft from another.
_ENOUGH = 12


class Signer(NamedTuple):
    """Who signs, in which role, in a town on a day."""

    actor: Actor
    role: str
    town: Town
    today: date

    def bound(self, spec: SignatureSpec, facts: Facts) -> frozenset[str]:
        """The persons whose signature it is: who signs, whom they represent, and by whose order a delegate signs."""
        holders = self.town.holders(spec.by_order.get(self.role, ""), facts) if self.role in spec.by_order else ()
        ordering = {person for holder in holders for person in self.town.persons(holder, self.today)}
        return frozenset(filter(None, (self.actor.key, self.actor.on_behalf_of, *ordering)))


def signature_of(
    lifecycle: Lifecycle, way: Way, signer: Signer, said: tuple[Facts, Facts]
) -> NewSignature | Reason | None:
    """The signature that taking `way` gives, or why it cannot be given; None: this way signs nothing.

    `said`: the input of the event, and all that the case knows with it.
    """
    spec, (data, facts) = lifecycle.signature, said
    if way.signs is None or spec is None:
        return None
    draft = facts.get(spec.draft)
    if not isinstance(draft, Mapping):
        return Reason("fact_missing", {"fact": spec.draft})
    sha256 = str(draft["sha256"])
    reason = _not_seen(spec, data, sha256) or own_draft(spec, signer, facts)
    if reason is not None:
        return reason
    drafted_by, drafted_for = (*(facts.get(name) for name in spec.author), None, None)[:2]
    return NewSignature(sha256, drafted_by, drafted_for, way.signs, _remark(spec, data))


def authors(spec: SignatureSpec, facts: Facts) -> frozenset[str]:
    """Whose draft it is, as far as that is known: who filed it and on whose behalf, and who had a hand in it before."""
    said = (facts.get(name) for name in spec.author)
    return frozenset(who for one in said for who in (one if isinstance(one, list | tuple) else [one]) if who)


def noted_by_hand(lifecycle: Lifecycle, known: Facts, facts: Facts, actor: Actor) -> dict[str, Any]:
    """Whose draft it is when an override puts it there: of who overrides, and still of those who wrote it before."""
    spec = lifecycle.signature
    if spec is None or spec.draft not in facts:
        return {}
    every = {name: sorted(authors(spec, known)) for name in spec.author if lifecycle.fields[name].many}
    return dict(zip(spec.author[:2], (actor.key, actor.on_behalf_of), strict=False)) | every


def signed_state(lifecycle: Lifecycle, state: str) -> bool:
    """Whether `state` says that somebody has signed, so that only a signature leads there."""
    return any(way.to == state and way.signs for event in lifecycle.events.values() for way in event.ways)


def not_signable(refused: Reason, event: str, state: str) -> Refusal:
    """The refusal of an event that would have signed."""
    return Refusal("guards_fail", {"event": event, "state": state}, (refused,))


def _not_seen(spec: SignatureSpec, data: Facts, sha256: str) -> Reason | None:
    """The signer has named the draft before them, and it is not the one that is there now."""
    seen = str(data.get(spec.seen) or "").strip().lower() if spec.seen else ""
    if not seen or (sha256.startswith(seen) and len(seen) >= _ENOUGH):
        return None
    return Reason("draft_changed", {"field": spec.seen, "seen": shown(seen), "present": shown(sha256)})


def own_draft(spec: SignatureSpec, signer: Signer, facts: Facts) -> Reason | None:
    """Four eyes: nobody signs what they have had a hand in, is represented in it, or has it signed by order."""
    same = authors(spec, facts) & signer.bound(spec, facts)
    return Reason("own_draft", {"party": ", ".join(sorted(same))}) if same else None


def _remark(spec: SignatureSpec, data: Facts) -> str | None:
    return next((str(data[name]) for name in spec.remark if data.get(name)), None)
