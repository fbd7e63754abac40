"""What every request to the engine must satisfy, and what tells one from another."""

import json
from hashlib import sha256

from ..config.errors import ConflictError, InvalidInputError, Refusal, RefusedError
from .inputs import is_storable
from .step import Actor, Case, Facts, Step

#: Characters of an idempotency key or a reason.
LONGEST = 2_000


def require_text(field: str, given: object) -> None:
    """Keys and reasons are stored as they come, so they must be storable."""
    if given is not None and not (isinstance(given, str) and len(given) <= LONGEST and is_storable(given)):
        raise InvalidInputError("text_unstorable", field=field, limit=LONGEST)


def require_seen(expected: int | None, case: Case) -> None:
    """Refuse a case that is no longer as the caller saw it."""
    if expected not in (None, case.version):
        raise ConflictError("version_stale", expected=expected, actual=case.version)


def accepted(decision: Step | Refusal) -> Step:
    """The step; a refusal is raised."""
    if isinstance(decision, Refusal):
        raise RefusedError(decision)
    return decision


def digest(about: str, event: str, data: Facts, actor: Actor) -> str:
    """What tells one request from another; the input is as it came, not yet validated."""
    asked = [about, event, dict(data), actor.key, actor.on_behalf_of]
    return sha256(json.dumps(asked, default=str, sort_keys=True).encode()).hexdigest()
