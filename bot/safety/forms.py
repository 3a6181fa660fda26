"""The usual forms of a verb, so that domain staff write `golpear~` and `beat~` once. Words come out normalised.

Spanish: regular -ar, -er, -ir in the persons that tell of somebody else or of oneself, with the pronouns that join an
infinitive or a gerund ("pegarme", "pegandole"). English: the four regular forms. Irregular ones are written out in the slot.
"""

import re

_PRONOUNS = ("", "me", "te", "se", "lo", "la", "le", "nos", "los", "las", "les")
_VOWELS = "aeiou"

_PRESENT = {"ar": ("o", "a", "as", "an", "amos"), "er": ("o", "e", "es", "en", "emos"), "ir": ("o", "e", "es", "en", "imos")}
_OTHER: dict[str, tuple[str, ...]] = {
    ending: tuple(tails.split())
    for ending, tails in (
        ("ar", "e aste aron amos aba abas aban aria arian ara aran are ado ada ados adas en es ase asen"),
        ("er", "i iste io ieron imos ia ias ian eria erian era eran ere ido ida idos idas a as an iera ieran"),
        ("ir", "i iste io ieron imos ia ias ian iria irian ira iran ire ido ida idos idas a as an iera ieran"),
    )
}
_GERUND = {"ar": "ando", "er": "iendo", "ir": "iendo"}


def spanish(infinitive: str) -> tuple[str, ...]:
    """Forms of a regular verb, from its infinitive."""
    ending = infinitive[-2:]
    if ending not in _PRESENT:
        raise ValueError("not an infinitive")
    stem = infinitive[:-2]
    forms = [_spelt(stem, tail) for tail in (*_PRESENT[ending], *_OTHER[ending])]
    for base in (infinitive, stem + _GERUND[ending]):
        forms.extend(base + pronoun for pronoun in _PRONOUNS)
    forms.extend(base + pair for base in (infinitive, stem + _GERUND[ending]) for pair in ("melo", "mela", "selo", "nosla"))
    return tuple(dict.fromkeys(forms))


def english(verb: str) -> tuple[str, ...]:
    """Forms of a regular verb, from its base: kick, kicks, kicking, kicked; choke, choking; grab, grabbing; carry, carried."""
    if verb.endswith("e"):
        return (verb, verb + "s", verb[:-1] + "ing", verb + "d")
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        return (verb, verb[:-1] + "ies", verb + "ing", verb[:-1] + "ied")
    plural = verb + ("es" if re.search(r"(s|x|ch|sh)$", verb) else "s")
    doubled = verb + verb[-1] if re.fullmatch(r"[^aeiou]*[aeiou][bdgklmnprt]", verb) else verb
    return tuple(dict.fromkeys((verb, plural, doubled + "ing", doubled + "ed", verb + "ing", verb + "ed")))


def _spelt(stem: str, tail: str) -> str:
    """Spanish spelling before e: saque, pague, amenace."""
    if tail[0] in "e":
        for end, as_written in (("c", "qu"), ("g", "gu"), ("z", "c")):
            if stem.endswith(end):
                return stem[: -len(end)] + as_written + tail
    return stem + tail
