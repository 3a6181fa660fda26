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

MODEL_IMMINENT = 0.5
MODEL_URGENT = 0.35
"""The model escalates: P(imminent), or P(high) + P(imminent), calibrated."""

MODEL_ALONE_IN_TALK = 0.9
"""P(urgent) that the model needs to escalate alone what it takes for everyday talk, where no pattern sees anything."""

MODEL_OVER_CONTEXT = 0.85
"""P(urgent) that the model needs where laughter, play, quotation, denial or the past account for the dark words."""

MODEL_BELIEVES = 0.15
"""P(urgent) at which the model bears out a pattern that the cues doubt."""

MODEL_CONCERN = 0.35
"""1 - P(none) at which the model asks how she is."""

MODEL_SURE_OF_NONE = 0.9
"""P(none) at which a mere hint is let go."""

MODEL_CONTRADICTS = 0.97
"""P(none) at which even a pattern only asks: the model read the whole message. Never to none."""

TOPIC_CONFIDENT = 0.8
"""Confidence at which a topic of danger alone asks how she is."""
