"""Alembic's environment: runs the revisions on the connection that `migrate` hands over, with the options it chose.

There is no alembic.ini. A developer who wants a draft of the next revision calls `alembic.command.revision` with
``autogenerate=True`` and `migrate.alembic_config`, and then writes it anew by hand.
"""

from alembic import context

context.configure(**context.config.attributes["options"])
with context.begin_transaction():
    context.run_migrations()
