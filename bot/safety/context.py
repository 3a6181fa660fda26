"""What stands around a pattern: negation, supposition, quotation, the past. It lowers; it never hides a strong pattern.

Function words of both languages live here; everything that speaks of the domain is in `content/*/safety.yml`.
"""

import itertools
from collections.abc import Sequence


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NEGATORS = _words(
    "no nunca jamas tampoco ni sin not never dont didnt doesnt wont isnt wasnt arent aint neither nor nobody nadie without"
)
FIRST_PERSON = _words(
    "me nos mi mis conmigo vivo soy ando quiero puedo nosotras nosotros yo estoy estamos tengo i my us our im we mine"
)
# What may stand between a negation and what it denies: pronouns, auxiliaries, and light adverbs.
_BETWEEN = _words(
    "me te se le la lo nos les los las ya ha han habia hemos he haya hayan esta estan estaba fue es nadie nunca nada "
    "siquiera yo el ella i she they him has have had been is was are even ever really actually did do does to"
)
_IF = frozenset(["si", "if", "cuando", "when"])
_SINCE = frozenset(("hasta", "until", "till"))
_REACH = 4


def negated(words: Sequence[str], start: int, end: int) -> bool:
    """Whether a negation stands right before the span, or before its verb inside it.

    "no deja de pegarme" and "no quiero que me pegue" are no denials: what follows the negation there is another verb.
    "nunca me habia pegado hasta ayer" is none either.
    """
    if any(word in _SINCE for word in words[end : end + 3]):
        return False
    return _denied(words, start) or any(words[i] in NEGATORS and i > start for i in range(start, end - 1))


def _denied(words: Sequence[str], start: int) -> bool:
    for at in range(start - 1, max(start - 1 - _REACH, -1), -1):
        if words[at] in NEGATORS:
            return not any(word in _IF for word in words[max(0, at - 3) : at])  # "si no me acuesto con el" denies nothing
        if words[at] not in _BETWEEN:
            return False
    return False


def ended(words: Sequence[str], start: int) -> bool:
    """Whether the denial says that it has ended: "ya no me pega"."""
    before = list(words[max(0, start - _REACH) : start])
    return any(a == "ya" and b == "no" for a, b in itertools.pairwise(before)) or "anymore" in words


def supposed(words: Sequence[str], start: int) -> bool:
    """Whether it is supposed, not told: "si me detienen"."""
    for at in range(start - 1, max(start - 4, -1), -1):
        if words[at] in _IF:
            return at == 0 or words[at - 1] not in ("que", "como", "as")
        if words[at] in (",", ".", "?"):
            return False
    return False
