"""Every threshold of the safety net in one place, each with its measured effect.

Measured with `python -m tests.support.safety_eval`, es / en, on urgent, topics, traps, neutral and contrast, with the model of 22
November 2026 (43,303 messages). Chosen on the totals of these sets, so their figures flatter a little; the second set had no
part in it. What all of them give together stands in docs/nlu.md.
"""

# ---------- without the NLU: patterns and cues (the held-back fifth is of the training messages)

CUE_CONCERN = 0.4
"""Cues alone ask how she is. Held back: 0.89 of urgent messages reach it, 0.15 of none."""

CUE_HIGH = 0.97
"""Cues alone escalate. Held back: 0.27 of urgent messages, 0.004 of none."""

CUE_DOUBT = 0.35
"""Below this a pattern that stands alone asks instead of escalating, unless everything together says that it is urgent. Held
back, escalated none falls from 0.031 at 0.15 to 0.015 at 0.45, urgent from 0.65 to 0.61; noticed stays."""

CUE_WORDS = 4
"""Words that a message needs before cues speak: one or two words of everyday chat are no evidence."""

# ---------- with it: the probabilities of `fusion`

URGENT = 0.44
"""P(urgent) that escalates. At 0.35: urgent 0.937 / 0.941, calm questions 0.078 / 0.077; at 0.5: 0.921 / 0.921 and 0.051 /
0.041."""

URGENT_IN_TALK = 0.6
"""What escalates a message that the NLU takes for everyday talk. At 0.43: traps 0.095 / 0.147, urgent 0.930 / 0.939; at 0.6:
0.075 / 0.121 and 0.925 / 0.931; at 0.75: 0.070 / 0.100 and 0.923 / 0.921."""

MAYBE_IMMINENT, URGENT_IF_IMMINENT, IMMINENT_IN_TALK = 0.1, 0.25, 0.45
"""What escalates, outside and in everyday talk, where the model gives "imminent" this probability: missing it is worst. Without
both: imminent 0.944 / 0.947, urgent 0.918 / 0.921, calm questions 0.051 / 0.046, traps 0.070 / 0.121; with both: 0.962 / 0.968,
0.927 / 0.935, 0.057 / 0.051 and 0.080 / 0.137."""

BRIEF_WORDS, URGENT_BRIEF = 8, 0.9
"""What escalates a message of so few words where no pattern matches: what is urgent in few words is said plainly, and the
patterns know it. At 0.43: strangers' chat 0.029 / 0.031, imminent 0.958 / 0.974; at 0.9: 0.009 / 0.012 and 0.953 / 0.958.
Below it she may still be asked how she is."""

PATTERN_STANDS = 0.25
"""P(urgent) below which even a pattern of danger that nothing makes doubtful only asks. At 0: calm questions 0.071 / 0.067,
urgent 0.925 / 0.933; at 0.25: 0.061 / 0.056 and 0.925 / 0.931."""

PATTERN_STANDS_IN_TALK = 0.75
"""The same where the NLU takes the message for everyday talk. At 0.25: traps 0.075 / 0.132; at 0.75: 0.075 / 0.121; urgent
stays."""

DANGER = 0.16
"""P(anything but none) that asks how she is. At 0.12: noticed 0.987 / 0.988, calm questions asked back 0.264 / 0.354; at 0.2:
0.977 / 0.982 and 0.196 / 0.246; at 0.3: 0.970 / 0.972 and 0.179 / 0.210."""

HINT_STANDS = 0.2
"""P(anything but none) at which a mere hint is let go. At 0: calm questions asked back 0.301 / 0.374; at 0.2: 0.213 / 0.277;
noticed 0.986 / 0.988 and 0.982 / 0.982."""

MODEL_IMMINENT = 0.5
"""The model's own P(imminent) from which what is escalated without a pattern is called imminent."""

TOPIC_CONFIDENT = 0.8
"""Confidence at which a topic is taken as said (`reply`)."""
