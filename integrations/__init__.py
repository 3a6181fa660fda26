"""How messages come in and go out. Knows channels; knows nothing of what is said or why."""
