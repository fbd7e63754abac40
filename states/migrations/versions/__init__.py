"""The revisions of the database schema, in order; a published revision is never edited."""
