"""Matters for a person: a case's life, the queue, its clocks and alarms."""
