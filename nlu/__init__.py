"""What a message says: language, topic, entities, and how likely it speaks of danger. Decides nothing."""
