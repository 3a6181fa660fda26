"""What happens next. Pure once loaded: a state and an input give a new state and events."""
