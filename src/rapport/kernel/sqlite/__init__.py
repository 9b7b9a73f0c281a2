"""SQLite as the embedded database: a sound library version, and one writer at a time."""
