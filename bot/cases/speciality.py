"""Which kind of colleague a case is for. It goes first in her queue while it is fresh; it never keeps anybody away."""

from collections.abc import Collection

SPECIALITIES = ("legal", "psychosocial", "lgbtiq")

_LIFE = frozenset({"self_harm"})
_HEART = frozenset({"emotional_support", "distress", "wants_to_talk"})


def speciality(lane: str, about: Collection[str]) -> str | None:
    """The speciality of a case, by its lane and what it is about: kinds of harm, topics, flows. Life comes first.

    Distress stands beside every harm: alone, in the listen lane, it says what a case is about.
    """
    if _LIFE & set(about):
        return "psychosocial"
    if "lgbtiq" in about:
        return "lgbtiq"
    if lane == "legal":
        return "legal"
    return "psychosocial" if lane == "listen" and _HEART & set(about) else None
