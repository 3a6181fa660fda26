"""Every threshold of the safety net in one place, each with its measured effect.

Measured with `python -m tests.support.safety_eval` and, for the cues, on a fifth of the training messages held back.
"""

CUE_CONCERN = 0.4
"""Cues alone ask how she is. Held back: 0.89 of urgent messages reach it, 0.15 of none; a model sure of none overrules it."""

CUE_HIGH = 0.97
"""Cues alone escalate. Held back: 0.27 of urgent messages, 0.004 of none."""

CUE_DOUBT = 0.4
"""Below this a pattern that stands alone asks instead of escalating, unless the model holds it urgent. Held back, escalated
none falls from 0.031 at 0.15 to 0.015 at 0.45, urgent from 0.65 to 0.61; noticed stays."""

CUE_WORDS = 4
"""Words that a message needs before cues speak: one or two words of everyday chat are no evidence."""

URGENT = 0.4
URGENT_IN_TALK = 0.6
MAYBE_IMMINENT = 0.15
URGENT_IF_IMMINENT = 0.27
URGENT_BRIEF = 0.9
BRIEF_WORDS = 8
PATTERN_STANDS = 0.2
PATTERN_STANDS_IN_TALK = 0.75
DANGER = 0.2
HINT_STANDS = 0.15
MODEL_IMMINENT = 0.5

TOPIC_CONFIDENT = 0.8
"""Confidence at which a topic is taken as said (`reply`)."""
