"""Every threshold of the safety net in one place, each with its measured effect.

Measured with `python -m tests.support.safety_eval` and, for the cues, on a fifth of the training messages held back.
"""

CUE_CONCERN = 0.35
"""Cues alone ask how she is. Held back: 0.89 of urgent messages reach it, 0.15 of none; a model sure of none overrules it."""

CUE_HIGH = 0.92
"""Cues alone escalate. Held back: 0.35 of urgent messages, 0.007 of none."""

CUE_DOUBT = 0.15
"""Below this a pattern that stands alone asks instead of escalating. Held back: 0.03 of urgent messages, 0.69 of none."""
