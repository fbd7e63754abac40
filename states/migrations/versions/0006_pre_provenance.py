"""What does not change about a mail: the domain of its Message-ID; and which bounce can be trusted.

A municipality keeps the domain that its Message-IDs have had. Only adds: a program of before can go on writing.
"""

import re
from email.utils import parseaddr
from unicodedata import normalize

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TEXT = sa.String()
#: UTC; on SQLite text with microseconds and Z.
INSTANT = sa.String(27).with_variant(sa.DateTime(timezone=True), "postgresql")
#: Of a municipality without a sender; RFC 2606 keeps it from ever being somebody's.
UNNAMED = "vorgang.invalid"
_DOMAIN = re.compile(r"[A-Za-z0-9.-]{1,253}")


def upgrade() -> None:
    """Add columns and the table of secrets; what is there keeps its meaning."""
    op.add_column("vorgang_body", sa.Column("message_domain", TEXT, nullable=False, server_default=UNNAMED))
    _fill()
    op.create_table(
        "vorgang_secret",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_vorgang_secret"),
    )
    op.add_column("vorgang_bounce", sa.Column("proven", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("vorgang_bounce", sa.Column("token", sa.Integer(), nullable=True))
    op.add_column("vorgang_bounce", sa.Column("fault", TEXT, nullable=True))
    op.create_index("ix_vorgang_bounce_read_at", "vorgang_bounce", ["read_at"])


def downgrade() -> None:
    """Refuse: return paths that are under way could not be told from forged ones any more."""
    raise RuntimeError("downgrade refused: the secret of the return paths would be lost")


def _fill() -> None:
    bodies = sa.table("vorgang_body", sa.column("key", TEXT), sa.column("sender", TEXT), sa.column("message_domain"))
    connection = op.get_bind()
    for key, sender in connection.execute(sa.select(bodies.c.key, bodies.c.sender)).all():
        domain = _domain(sender)
        if domain is not None:
            connection.execute(sa.update(bodies).where(bodies.c.key == key).values(message_domain=domain))


def _domain(sender: str) -> str | None:
    """The domain of an address as its Message-IDs have had it, in ASCII."""
    local, _, domain = parseaddr(sender)[1].rpartition("@")
    try:
        found = ".".join(map(_ascii, domain.split(".")))
    except UnicodeError:
        return None
    return found if local and _DOMAIN.fullmatch(found) else None


def _ascii(label: str) -> str:
    if "ß" in label.lower():  # the IDNA of Python would make "ss" of it
        return "xn--" + normalize("NFC", label.lower()).encode("punycode").decode("ascii")
    return label.encode("idna").decode("ascii")
