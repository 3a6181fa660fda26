"""kill -9 between any two steps of the walk: the disclosure is answered, its case stands, once."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import create_engine, text

from tests.faults.child import POINTS
from tests.support.servers import free_port, wait_for
from tests.support.world import fake_key

PATIENCE = 90.0
DISCLOSURE = {"id": "m1", "address": "phone-1", "body": {"kind": "text", "text": "anoche mi esposo me pego y me quiere matar"}}


@contextlib.contextmanager
def faro(folder: Path, port: int, point: str | None = None) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        "PATH": os.environ["PATH"],
        "FARO_ENV": "development",
        "FARO_DATA_DIR": str(folder),
        "FARO_SECRET_KEY": fake_key("s"),
        "FARO_ENCRYPTION_KEYS": fake_key("e"),
        "FARO_LOOKUP_KEY": fake_key("l"),
    }
    command = [sys.executable, "-m", "tests.faults.child", str(port), *([point] if point else [])]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def post_like_a_provider(port: int, process: subprocess.Popen[bytes]) -> bool:
    """Post until 200, as a provider that retries does; False when the process died first."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            return False
        with contextlib.suppress(httpx.HTTPError):
            if httpx.post(f"http://127.0.0.1:{port}/simulator/send", json=DISCLOSURE, timeout=5).status_code == 200:
                return True
        time.sleep(0.05)
    raise AssertionError("never answered 200")


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_step_the_disclosure_is_answered_and_its_case_stands(tmp_path: Path, point: str) -> None:
    port = free_port()
    with faro(tmp_path, port, point) as dying:
        post_like_a_provider(port, dying)
        wait_for("the armed process dies", lambda: dying.poll() is not None, PATIENCE)
    engine = create_engine(f"sqlite:///{tmp_path / 'faro.sqlite3'}")

    def count(query: str) -> int:
        with engine.connect() as connection:
            return int(connection.execute(text(query)).scalar_one())

    with faro(tmp_path, port) as alive:
        assert post_like_a_provider(port, alive), "the second process died too"
        wait_for(
            "the emergency text arrives",
            lambda: count("SELECT count(*) FROM simulated_messages WHERE message LIKE '%079%'"),
            PATIENCE,
        )
        wait_for("the turn is finished", lambda: count("SELECT count(*) FROM inbox WHERE state = 'done'") == 1, PATIENCE)
    assert count("SELECT count(*) FROM inbox") == 1
    assert count("SELECT count(*) FROM cases WHERE lane = 'urgent' AND risk >= 2") == 1
    engine.dispose()
