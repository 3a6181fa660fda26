"""The first glance: what intake sees of a message without any model."""

from faro_text.words import bare, global_word

from bot.inbox import Glance
from bot.safety.lexicon import Lexicon
from bot.safety.risk import Risk
from integrations.channel import Body, Choice, Location, Media, Text

_FRAGMENT_WORDS = 3


def glance(lexicon: Lexicon, body: Body) -> Glance:
    """How urgent one body is, and whether the rest of its burst may still follow.

    What cannot be read is concern: it may be the only way she could say it.
    """
    if isinstance(body, Choice | Location):
        return Glance(Risk.NONE)
    text = body.text if isinstance(body, Text) else body.caption if isinstance(body, Media) else ""
    found = lexicon.look(text)
    unread = Risk.NONE if isinstance(body, Text) else Risk.CONCERN
    words = len(bare(text).split())
    return Glance(
        level=max(found.level, unread),
        may_wait=isinstance(body, Text) and 0 < words <= _FRAGMENT_WORDS and global_word(text) is None,
        leaving=found.leaving,
        phone_held=found.phone_held,
    )
