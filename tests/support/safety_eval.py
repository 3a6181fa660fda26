"""How well the safety net sees, on messages it has never met. `python -m tests.support.safety_eval [--rasa URL] [--show]`.

Reports, per language, the table of the issue, then recall by kind of harm, by trait and by region, with Wilson 95 % intervals,
and the id of every urgent message that was answered with none. Texts only with `--show`.
"""

import argparse
import asyncio
import json
import math
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.safety import lexicon
from bot.safety.assess import assess
from bot.safety.risk import Risk
from nlu.client import RasaClient
from nlu.understanding import NotUnderstood, Understanding

ROOT = Path(__file__).resolve().parents[2]
SETS = ROOT / "tests" / "eval"
CONTENT = ROOT / "content"
URGENT = (Risk.HIGH, Risk.IMMINENT)
FIRST = ("urgent", "topics", "traps", "neutral", "contrast")
LATER = ("second", "third", "fourth")
"""Written later, each by other hands; nothing was chosen by them: no threshold, no weight, no pattern."""
LANGUAGES = ("es", "en")
_SLICE = 20
"""Messages from which the share of a slice is worth printing; below, the counts alone."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


GENERAL = _words("greet thanks goodbye affirm deny menu human language privacy delete_data quick_exit complaint out_of_scope")


@dataclass(frozen=True, slots=True)
class Case:
    """One held-out message and what the net made of it."""

    id: str
    text: str = field(repr=False)
    source: str
    language: str
    topic: str
    risk: Risk
    traits: tuple[str, ...]
    kind: str | None
    region: str | None
    given: Risk
    codes: tuple[str, ...]
    ms: float


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its Wilson 95 % interval."""

    hits: int
    of: int

    @property
    def share(self) -> float:
        return self.hits / self.of if self.of else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        if not self.of:
            return math.nan, math.nan
        z, n, p = 1.96, self.of, self.share
        middle, width = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, (middle - width) / (1 + z * z / n)), min(1.0, (middle + width) / (1 + z * z / n))

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.share:.3f} [{low:.3f}, {high:.3f}] {self.hits}/{self.of}"


def read(source: str, language: str) -> list[dict[str, Any]]:
    file = SETS / f"{source}.{language}.jsonl"
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def judge_all(sources: Sequence[str], understand: Callable[[str], Understanding | NotUnderstood]) -> list[Case]:
    """Every message of these sets, each alone, through lexicon and assessment."""
    lex = lexicon.load(CONTENT)
    cases = []
    for source in sources:
        for language in LANGUAGES:
            for row in read(source, language):
                understood = understand(row["text"])
                start = time.perf_counter()
                seen = assess(lex.look(row["text"]), understood, {}, ())
                ms = (time.perf_counter() - start) * 1000
                cases.append(_case(row, source, language, seen.level, seen.reasons, ms))
    return cases


def _case(row: dict[str, Any], source: str, language: str, given: Risk, codes: tuple[str, ...], ms: float) -> Case:
    return Case(
        id=row["id"],
        text=row["text"],
        source=source,
        language=language,
        topic=row["topic"],
        risk=Risk.of(row["risk"]),
        traits=tuple(row.get("traits", ())),
        kind=row.get("kind"),
        region=row.get("region"),
        given=given,
        codes=codes,
        ms=ms,
    )


def rate(cases: Iterable[Case], seen: Callable[[Case], bool]) -> Rate:
    chosen = list(cases)
    return Rate(sum(map(seen, chosen)), len(chosen))


def escalated(case: Case) -> bool:
    return case.given >= Risk.HIGH


def noticed(case: Case) -> bool:
    return case.given > Risk.NONE


def table(cases: Sequence[Case], language: str) -> dict[str, Rate]:
    """The rows of the issue's table for one language (mixed messages count to the language of their set)."""
    ours = [case for case in cases if case.language == language]
    urgent = [case for case in ours if case.risk in URGENT]
    quiet = [case for case in ours if case.risk is Risk.NONE]
    domain = [case for case in quiet if case.source in ("topics", *LATER) and case.topic not in GENERAL]
    return {
        "urgent_escalated": rate(urgent, escalated),
        "urgent_noticed": rate(urgent, noticed),
        "imminent_escalated": rate((c for c in urgent if c.risk is Risk.IMMINENT), escalated),
        "domain_escalated": rate(domain, escalated),
        "traps_escalated": rate((c for c in quiet if c.source == "traps"), escalated),
        "neutral_escalated": rate((c for c in quiet if c.source == "neutral"), escalated),
        "domain_noticed": rate(domain, noticed),
        "contrast_urgent_escalated": rate((c for c in urgent if c.source == "contrast"), escalated),
        "contrast_quiet_escalated": rate((c for c in quiet if c.source == "contrast"), escalated),
        "escalations_right": rate((c for c in ours if escalated(c)), lambda c: c.risk in URGENT),
    }


def slices(cases: Sequence[Case], language: str) -> dict[str, Rate]:
    """Recall (escalated) of urgent messages by kind of harm, by trait, and by where the writer's words are from (R57)."""
    urgent = [c for c in cases if c.language == language and c.risk in URGENT]
    regions = {
        f"region {region}": [c for c in urgent if c.region == region]
        for region in sorted({c.region or "" for c in urgent} - {""})
    }
    kinds = {f"kind {kind}": [c for c in urgent if c.kind == kind] for kind in sorted({c.kind or "?" for c in urgent})}
    traits = {
        f"trait {trait}": [c for c in urgent if trait in c.traits] for trait in sorted({t for c in urgent for t in c.traits})
    }
    return {name: rate(chosen, escalated) for name, chosen in {**kinds, **traits, **regions}.items()}


def report(cases: Sequence[Case], show: bool) -> str:
    lines = []
    for language in LANGUAGES:
        lines.append(f"== {language}")
        lines += [f"{name:28} {value}" for name, value in table([c for c in cases if c.source in FIRST], language).items()]
        lines += [f"  {name:42} {_slice(value)}" for name, value in slices(cases, language).items()]
        for source in LATER:
            later = table([case for case in cases if case.source == source], language)
            lines += [f"{source} set: {name:28} {value}" for name, value in later.items() if value.of]
    lines.append("== urgent answered with none")
    lines += [_line(case, show) for case in cases if case.risk in URGENT and not noticed(case)]
    lines.append("== none escalated")
    lines += [_line(case, show) for case in cases if case.risk is Risk.NONE and escalated(case)]
    lines.append(f"median {statistics.median(c.ms for c in cases):.2f} ms a message, {len(cases)} messages")
    return "\n".join(lines)


def _slice(value: Rate) -> str:
    """A share of a handful says nothing."""
    return str(value) if value.of >= _SLICE else f"{value.hits}/{value.of}"


def _line(case: Case, show: bool) -> str:
    return f"{case.id} {case.source} {case.kind or case.topic} {' '.join(case.codes)}" + (f" | {case.text}" if show else "")


def without_nlu(_: str) -> NotUnderstood:
    return NotUnderstood("down")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rasa", help="URL of the served model; without it the lexicon is judged alone")
    parser.add_argument("--show", action="store_true", help="print the texts of what was missed")
    parser.add_argument("--sets", nargs="+", default=[*FIRST, *LATER])
    given = parser.parse_args()
    print(report(asyncio.run(judged(given.sets, given.rasa)), given.show))  # noqa: T201 - a report on a terminal


async def judged(sets: Sequence[str], url: str | None) -> list[Case]:
    if url is None:
        return judge_all(sets, without_nlu)
    texts = [row["text"] for source in sets for language in LANGUAGES for row in read(source, language)]
    nlu = RasaClient(url, deadline=10.0)
    known = {text: await nlu.understand(text) for text in dict.fromkeys(texts)}
    await nlu.close()
    return judge_all(sets, known.__getitem__)


if __name__ == "__main__":
    main()
