"""Messages that wait in a digest which nobody leads: found by `claim`, let go, and told by themselves.

No step of the program leaves such a message; this is for what nobody thought of. They are looked for only once
something is due and nothing can be claimed, so it costs nothing else.
"""

import logging
from datetime import datetime

from sqlalchemy import select, text, update

from ..states.database import Database
from ..states.tables import WAITING, MessageRow, table_of

log = logging.getLogger("vorgang.mail")

_message = table_of(MessageRow)
_leader = _message.alias("leader")
#: What is told within the mail of another message is not delivered by itself.
ALONE = _message.c.bundle_id.is_(None) | (_message.c.bundle_id == _message.c.id)
_IS_LED = (
    select(_leader.c.id)
    .where(
        _leader.c.id == _message.c.bundle_id,
        _leader.c.bundle_id == _leader.c.id,
        _leader.c.status.in_(("queued", "deferred", "leased")),
    )
    .exists()
)
#: The message that it names does not lead: nobody would ever tell it.
STRAY = ~(ALONE | _IS_LED)


def free_strays(database: Database, now: datetime) -> int:
    """Let go those that are due. Returns how many."""
    due = select(_message.c.bundle_id).where(text(f"({WAITING})"), _message.c.due_at <= now, STRAY).distinct()
    with database.reading() as connection:  # one snapshot: a digest just made is not half seen
        leaders = connection.execute(due).scalars().all()
    if not leaders:
        return 0
    untried = _message.c.status.in_(("queued", "deferred"))
    stray = update(_message).where(_message.c.bundle_id.in_(leaders), untried, STRAY)
    with database.writing() as connection:
        # Whoever makes one of them lead again comes before or after.
        connection.execute(select(_message.c.id).where(_message.c.id.in_(leaders)).with_for_update())
        freed: int = connection.execute(stray.values(bundle_id=None)).rowcount
    log.warning("%d messages waited in digests that nobody leads (%s); each is told by itself", freed, leaders)
    return freed
