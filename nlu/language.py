"""Which language a message is in, sticky per conversation."""

from functools import cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

_MIN_WORDS = 3


@cache
def _detector() -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(Language.SPANISH, Language.ENGLISH).build()


def detect(text: str, known: str | None = None) -> str | None:
    """ISO 639-1 code of the language of `text`; the conversation's own while the text is too short to tell; None if unknown."""
    if len(text.split()) < _MIN_WORDS and known:
        return known
    found = _detector().detect_language_of(text)
    return found.iso_code_639_1.name.lower() if found else known
