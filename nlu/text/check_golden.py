"""Holds `normalise` to the golden file. Standard library only, so that the Rasa environment's Python can run it as well.

    python nlu/text/check_golden.py [tests/golden/normalise.json]

Exit 1 if any reading differs.
"""

import json
import sys
from pathlib import Path

from faro_text.normalise import normalise

GOLDEN = Path(__file__).parents[2] / "tests" / "golden" / "normalise.json"


def main() -> int:
    golden = Path(sys.argv[1]) if len(sys.argv) > 1 else GOLDEN
    pairs = json.loads(golden.read_text(encoding="utf-8"))
    wrong = [(line, pair) for line, pair in enumerate(pairs, 1) if normalise(pair["text"]) != pair["reads"]]
    for line, pair in wrong:
        sys.stderr.write(f"{golden.name}: pair {line}: reads {normalise(pair['text'])!r}, not {pair['reads']!r}\n")
    sys.stdout.write(f"{len(pairs) - len(wrong)} of {len(pairs)} as written, Python {sys.version.split()[0]}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
