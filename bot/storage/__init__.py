"""Where things are kept: tables, sessions, field encryption. The database is the truth."""
