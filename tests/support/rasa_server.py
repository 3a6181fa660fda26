"""The trained model, served by Rasa on loopback for as long as a test session lasts."""

import contextlib
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from nlu import sidecar
from tests.support.servers import free_port

_START_SECONDS = 120.0


class RasaServer:
    """A running Rasa.

    Attributes:
        url: where it answers.
        pid: its process, for figures of memory.
    """

    def __init__(self, url: str, pid: int, written: Path) -> None:
        self.url = url
        self.pid = pid
        self._written = written

    def output(self) -> str:
        """Everything it wrote to its output so far."""
        return self._written.read_text("utf-8", "replace")

    def resident_mb(self) -> float:
        """Memory it holds, in MB."""
        kilobytes = next(line for line in Path(f"/proc/{self.pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
        return int(kilobytes.split()[1]) / 1000


@contextlib.contextmanager
def served() -> Iterator[RasaServer]:
    """The one model of the run: trained if there is none, served exactly as `faro nlu serve` does."""
    if not sidecar.MODEL.exists():
        sidecar.train()
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="faro-rasa-") as folder:
        written = Path(folder) / "output"
        with written.open("wb") as output:
            process = subprocess.Popen(
                sidecar.serve_command(port), cwd=sidecar.ROOT, env=sidecar.environment(), stdout=output, stderr=output
            )
        server = RasaServer(f"http://127.0.0.1:{port}", process.pid, written)
        try:
            _wait_until_loaded(process, server)
            yield server
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            if process.poll() is None:
                os.kill(process.pid, 9)
                process.wait()


def _wait_until_loaded(process: "subprocess.Popen[bytes]", server: RasaServer) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, f"Rasa did not start:\n{server.output()}"
        with contextlib.suppress(httpx.HTTPError, ValueError):
            if httpx.get(f"{server.url}/status", timeout=2, trust_env=False).json().get("model_file"):
                return
        time.sleep(0.1)
    raise AssertionError(f"Rasa did not come up within {_START_SECONDS:.0f} s:\n{server.output()}")
