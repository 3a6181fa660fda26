"""Cut a message to a channel's limits, pure: never inside a word or a link; options stay with the last part.

More options than a channel's buttons and list can hold, or labels longer than they allow, become a numbered text menu; the
number she answers is the same choice.
"""

from integrations.channel import Limits, Message


def split(message: Message, limits: Limits) -> tuple[Message, ...]:
    """One message for each provider request. A word longer than the limit is the only thing ever cut."""
    if message.options and not fits(message, limits):
        listed = "\n".join(f"{n}. {o.label}" for n, o in enumerate(message.options, start=1))
        parts = _cut(f"{message.text}\n\n{listed}", limits.text)
        return tuple(Message(text=part) for part in parts)
    if not message.options:
        return tuple(Message(text=part) for part in _cut(message.text, limits.text))
    if len(message.text) <= limits.text_with_options:
        return (message,)
    *first, last = _cut(message.text, limits.text_with_options)
    return (*(Message(text=part) for part in first), Message(text=last, options=message.options))


def fits(message: Message, limits: Limits) -> bool:
    """Whether the options can be had as real buttons or as a list."""
    return as_buttons(message, limits) or as_list(message, limits)


def as_buttons(message: Message, limits: Limits) -> bool:
    return 0 < len(message.options) <= limits.buttons and all(len(o.label) <= limits.button_label for o in message.options)


def as_list(message: Message, limits: Limits) -> bool:
    return 0 < len(message.options) <= limits.rows and all(len(o.label) <= limits.row_label for o in message.options)


def _cut(text: str, size: int) -> list[str]:
    parts = []
    rest = text.strip()
    while len(rest) > size:
        end = max(rest.rfind("\n\n", 0, size + 1), 0) or max(rest.rfind("\n", 0, size + 1), rest.rfind(" ", 0, size + 1))
        if end <= 0:
            end = size
        parts.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*parts, rest] if rest or not parts else parts
