"""Logging as the service sets it up, at its most talkative, for as long as a block lasts."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from bot import log


@contextmanager
def talkative() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, levels = root.handlers[:], root.level, {name: logging.getLogger(name).level for name in log._QUIET}
    log.configure("DEBUG")
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        for name, before in levels.items():
            logging.getLogger(name).setLevel(before)
