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

# Below: with the model of 21 November 2026, on urgent, topics, traps, neutral and contrast, es / en. The whole net: urgent
# escalated 0.91 / 0.91, noticed 0.98 / 0.99, imminent escalated 0.95 / 0.95; none escalated: domain 0.07 / 0.14, traps
# 0.16 / 0.25, neutral 0.06 / 0.07. Nearly all false escalations come from the model: the patterns alone give 0.02, 0.05, 0.002.

MODEL_IMMINENT = 0.5
MODEL_URGENT = 0.35
"""The model escalates: P(imminent), or P(high) + P(imminent), calibrated. The model alone at 0.3: urgent 0.91 / 0.92, traps
0.26 / 0.30; at 0.5: 0.84 / 0.85, traps 0.17 / 0.19."""

MODEL_ALONE_IN_TALK = 0.9
"""P(urgent) that the model needs to escalate alone what it takes for everyday talk, where no pattern sees anything. Neutral
0.072 / 0.088 without it, 0.065 / 0.079 with it; urgent 0.916 / 0.925 to 0.914 / 0.923."""

MODEL_OVER_CONTEXT = 0.85
"""P(urgent) that the model needs where laughter, play, quotation, denial or the past account for the dark words. At 0.5 / 0.85:
traps 0.21, 0.28 to 0.16, 0.25; urgent escalated 0.916, 0.919 to 0.911, 0.911."""

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
