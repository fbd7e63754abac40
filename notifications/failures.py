"""How a message can fail: for good, for now, or because nothing can be delivered at all."""

from ..config.errors import DeliveryError


class Permanent(DeliveryError):
    """This message cannot be delivered as it is; trying again would not help."""


class Temporary(DeliveryError):
    """This message could not be delivered now; it is tried again later."""


class Outage(Temporary):
    """Nothing can be delivered at present, whatever the message; it waits and has used up no attempt."""


class Overtaken(DeliveryError):
    """What the message would say is no longer true; it is not sent."""


class NotNow(DeliveryError):
    """What the message would say is true, but must not be said at present; it waits and has used up no attempt."""


def brief(reason: object) -> str:
    """A reason as one short line (what a server answers may be long, or hold control characters).

    An error without words is told by its class, an empty text as a dash.
    """
    text = " ".join("".join(c if c.isprintable() else " " for c in str(reason)).split())
    return text[:300].rstrip(". ") or ("–" if isinstance(reason, str) else type(reason).__name__)
