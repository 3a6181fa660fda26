"""Trains the language model into models/faro.tar.gz. Run in Rasa's environment, from this folder; `make train` does both.

The same data give the same answers: seeds are fixed, nothing is cached, and what runs side by side shares nothing.
"""

import logging
import os
import sys
import time
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parent
NAME = "faro.tar.gz"


def main() -> int:
    """Exit status: 0 trained, 1 not."""
    _quiet()
    from rasa.model_training import train_nlu  # takes seconds, and the settings come first

    began = time.monotonic()
    _say("Loading Rasa and the training messages")
    trained = train_nlu(str(ROOT / "config.yml"), str(ROOT / "data"), str(ROOT / "models"), fixed_model_name=NAME)
    if not trained:
        return 1
    _say(f"Trained in {time.monotonic() - began:.0f} s: {Path(trained).stat().st_size / 1e6:.0f} MB")
    return 0


def _quiet() -> None:
    """Telemetry off, no cache of earlier trainings, no notices of old dependencies; message text is never logged."""
    os.environ.update(RASA_TELEMETRY_ENABLED="false", RASA_MAX_CACHE_SIZE="0", SQLALCHEMY_SILENCE_UBER_WARNING="1")
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    warnings.simplefilter("ignore")
    logging.basicConfig(level=logging.ERROR)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - training shows its progress


if __name__ == "__main__":
    sys.exit(main())
