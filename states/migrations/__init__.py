"""The database's history: Alembic's environment, shipped with the package and kept in a version table of its own."""
