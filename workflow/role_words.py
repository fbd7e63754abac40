"""What people call the roles that a rule set names: functions of the administration, and fields of lifecycles."""

from collections.abc import Collection

from ..config.roles import known_roles
from ..config.text import Lang
from ..states.deputies import plain_role
from ..states.lifecycle import Lifecycle
from ..states.loader_fields import humanised
from .wording import say


def role_words(role: str, lifecycles: Collection[Lifecycle], lang: Lang) -> str:
    """The label of a function, else that of the field with this name in the first of `lifecycles` that asks for it."""
    base = plain_role(role)
    if base != role:
        relation = role.removeprefix(f"{base}.").partition(".")[0]
        return say(f"role_{relation}", lang, role=role_words(base, lifecycles, lang))
    if role == "owner":
        return say("role_owner", lang)
    if (known := known_roles().get(role)) is not None:
        return known.label.in_(lang)
    fields = (one.fields.get(role) for one in lifecycles)
    return next((field.label for field in fields if field is not None), humanised(role)).in_(lang)
