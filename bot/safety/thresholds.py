"""Every threshold of the safety net in one place, each with its measured effect.

Measured with `python -m tests.support.safety_eval`, es / en, on urgent, topics, traps, neutral and contrast, with the model of 22
November 2026 (89,393 messages). Chosen on the totals of these sets, so their figures flatter a little; the later sets had no
part in it. What all of them give together stands in docs/nlu.md.
"""

# ---------- without the NLU: patterns and cues (the held-back fifth is of the training messages, the traps apart)

CUE_CONCERN = 0.4
"""Cues alone ask how she is. Held back: 0.80 of urgent messages reach it, 0.09 of none, 0.21 of traps."""

CUE_HIGH = 0.97
"""Cues alone escalate. Held back: 0.09 of urgent messages, 7 in 16,530 of none, 0.003 of traps."""

CUE_DOUBT = 0.42
"""Below this a pattern that stands alone (no threat beside another harm) asks instead of escalating, unless everything together
says that it is urgent. At 0.3: urgent 0.630 / 0.562, traps 0.035 / 0.063, quiet twins 0.135 / 0.061; at 0.42: 0.605 / 0.550,
0.025 / 0.047 and 0.108 / 0.048; noticed stays."""

BARE_WORDS = 2
"""With no more words than these beside it a pattern is the message: nothing around it could make it doubtful. Without: imminent
0.624 / 0.579, strangers' chat 0.001 / 0.001; with: 0.634 / 0.584 and 0.002 / 0.004."""

CUE_WORDS = 4
"""Words that a message needs before cues speak: one or two words of everyday chat are no evidence."""

# ---------- with it: the probabilities of `fusion`

URGENT = 0.49
"""P(urgent) that escalates. At 0.4: urgent 0.959 / 0.933, calm questions 0.068 / 0.067, traps 0.060 / 0.063; at 0.49: 0.946 /
0.931, 0.057 / 0.046 and 0.055 / 0.058; at 0.55: 0.943 / 0.929, 0.051 / 0.036 and 0.055 / 0.053."""

URGENT_IN_TALK = 0.5
"""What escalates a message that the NLU takes for everyday talk. At 0.35: urgent 0.950 / 0.937, strangers' chat 0.008 / 0.004; at
0.5: 0.946 / 0.931 and 0.004 / 0.003; at 0.75: 0.943 / 0.923 and the same."""

MAYBE_IMMINENT, URGENT_IF_IMMINENT, IMMINENT_IN_TALK = 0.1, 0.33, 0.7
"""What escalates, outside and in everyday talk, where the model gives "imminent" this probability: missing it is worst. Without
both: imminent 0.981 / 0.963, urgent 0.945 / 0.927, strangers' chat 0.006 / 0.003 (in talk they are stricter than the rest); with
both: 0.986 / 0.979, 0.946 / 0.931 and 0.004 / 0.003. At 0.45 instead of 0.7 traps are 0.070 / 0.079, else 0.055 / 0.058."""

BRIEF_WORDS, URGENT_BRIEF = 6, 0.95
"""What escalates a message of so few words where no pattern matches: what is urgent in few words is said plainly, and the
patterns know it. At 0.49: strangers' chat 0.014 / 0.014, all else the same; with 8 words: imminent 0.981 / 0.968, urgent 0.945 /
0.925. Below it she may still be asked how she is."""

TERSE_WORDS = 4
"""Up to so many words the model alone only asks: it has been taught what is told in half a sentence, and hears it everywhere.
Without: strangers' chat 0.009 / 0.005, imminent 0.986 / 0.984; with: 0.004 / 0.003 and 0.986 / 0.979."""

PATTERN_STANDS = 0.25
"""P(urgent) below which even a pattern of danger that nothing makes doubtful only asks. At 0: calm questions 0.064 / 0.046,
urgent 0.946 / 0.933; at 0.25: 0.057 / 0.046 and 0.946 / 0.931."""

PATTERN_STANDS_IN_TALK = 0.75
"""The same where the NLU takes the message for everyday talk. At 0.25: traps 0.060 / 0.074, imminent 0.986 / 0.984; at 0.75:
0.055 / 0.058 and 0.986 / 0.979."""

DANGER = 0.2
"""P(anything but none) that asks how she is. At 0.16: noticed 1.000 / 0.986, calm questions asked back 0.220 / 0.282; at 0.2:
0.995 / 0.984 and 0.203 / 0.256; at 0.25: 0.991 / 0.982 and 0.193 / 0.226."""

HINT_STANDS = 0.2
"""P(anything but none) at which a mere hint is let go. At 0: calm questions asked back 0.280 / 0.364; at 0.2: 0.203 / 0.256;
noticed 0.996 / 0.988 and 0.995 / 0.984."""

MODEL_IMMINENT = 0.5
"""The model's own P(imminent) from which what is escalated without a pattern is called imminent."""

TOPIC_CONFIDENT = 0.8
"""Confidence at which a topic is taken as said (`reply`)."""
