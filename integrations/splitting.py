"""Cut a message to a channel's limits, pure: never inside a word or a link; options stay with the last part.

More options than a channel's buttons and list can hold, labels longer than they allow or twice the same, become a numbered
text menu; the number she answers is the same choice. Length is counted in UTF-16 units everywhere: Telegram counts so, and
for the others it is never too little.
"""

from integrations.channel import Limits, Message, Option


def split(message: Message, limits: Limits) -> tuple[Message, ...]:
    """One message for each provider request. A word longer than the limit is the only thing ever cut."""
    if message.options and not fits(message, limits):
        message = as_menu(message)
    if not message.options:
        return tuple(Message(text=part) for part in _cut(message.text, limits.text))
    *first, last = _cut(message.text, limits.text_with_options)
    return (*(Message(text=part) for part in first), Message(text=last, options=message.options))


def units(text: str) -> int:
    """Length in UTF-16 units: an emoji counts two or more."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def as_menu(message: Message) -> Message:
    """The options as numbered lines beneath the text."""
    listed = "\n".join(f"{n}. {o.label}" for n, o in enumerate(message.options, start=1))
    return Message(text=f"{message.text}\n\n{listed}")


def fits(message: Message, limits: Limits) -> bool:
    """Whether the options can be had as real buttons or as a list."""
    return as_buttons(message, limits) or as_list(message, limits)


def as_buttons(message: Message, limits: Limits) -> bool:
    return _can_carry(message.options, limits.buttons, limits.button_label, limits.token)


def as_list(message: Message, limits: Limits) -> bool:
    return _can_carry(message.options, limits.rows, limits.row_label, limits.token)


def _can_carry(options: tuple[Option, ...], most: int, label: int, token: int) -> bool:
    return (
        0 < len(options) <= most
        and len({o.label for o in options}) == len(options)
        and all(0 < units(o.label) <= label and 0 < len(o.token.encode()) <= token for o in options)
    )


def _cut(text: str, size: int) -> list[str]:
    parts = []
    rest = text.strip()
    while units(rest) > size:
        end = _end(rest, size)
        parts.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*parts, rest]


def _end(text: str, size: int) -> int:
    """Where to cut: at a paragraph or line if that keeps half a message, else at the last space, else inside the word."""
    most = _characters(text, size)
    window = text[: most + 1]
    for boundary in ("\n\n", "\n"):
        at = window.rfind(boundary)
        if at >= most // 2 and at > 0:
            return at
    spaces = [i for i, character in enumerate(window) if character.isspace() and i > 0]
    return spaces[-1] if spaces else most


def _characters(text: str, size: int) -> int:
    """How many leading characters of the text fit into `size` UTF-16 units; at least one."""
    used = 0
    for number, character in enumerate(text):
        used += 2 if ord(character) > 0xFFFF else 1
        if used > size:
            return max(number, 1)
    return len(text)
