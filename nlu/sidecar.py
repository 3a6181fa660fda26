"""Rasa as a process of its own: its Python, its model, trained and served on loopback only.

Telemetry is off. Its log level stays above DEBUG, where Rasa writes message text.
"""

import asyncio
import contextlib
import os
import socket
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent / "rasa"
MODEL = ROOT / "models" / "faro.tar.gz"
_PYTHON = ROOT / ".venv" / "bin" / "python"
_STOP_SECONDS = 5.0
_RESTART_SECONDS = 2.0


class SidecarError(Exception):
    """Rasa cannot be started. The text is one line that says what to do."""


def environment() -> dict[str, str]:
    """What the child may know: nothing of ours, no secrets, no database (its dependencies are old)."""
    passed = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {
        **passed,
        "RASA_TELEMETRY_ENABLED": "false",
        "LOG_LEVEL": "WARNING",
        "LOG_LEVEL_LIBRARIES": "ERROR",
        "SANIC_WORKERS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "",
        "PYTHONWARNINGS": "ignore",
        "PYTHONHASHSEED": "0",
        "OMP_NUM_THREADS": "1",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
    }


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve_command(port: int, host: str = "127.0.0.1") -> list[str]:
    """The command that serves the model. Raises `SidecarError` when something must be set up first."""
    if not _PYTHON.exists():
        raise SidecarError("Rasa's environment is not set up: run `make setup`")
    if not MODEL.exists():
        raise SidecarError("there is no trained model: run `make train`")
    return [str(_PYTHON), "-m", "rasa", "run", "--enable-api", "-i", host, "-p", str(port), "-m", str(MODEL)]


def train() -> None:
    """Train the model, showing progress. Raises `SidecarError`."""
    if not _PYTHON.exists():
        raise SidecarError("Rasa's environment is not set up: run `make setup`")
    done = subprocess.run([str(_PYTHON), "train.py"], cwd=ROOT, env=environment(), check=False)  # noqa: S603 - our own script
    if done.returncode:
        raise SidecarError("training failed: see the lines above")


async def ready(url: str, seconds: float) -> bool:
    """Whether Rasa answers with a loaded model within so many seconds."""
    async with httpx.AsyncClient(base_url=url, timeout=2, trust_env=False) as http:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while True:
                    with contextlib.suppress(httpx.HTTPError, ValueError):
                        if (await http.get("/status")).json().get("model_file"):
                            return True
                    await asyncio.sleep(0.1)
    return False


@contextlib.asynccontextmanager
async def supervised(port: int) -> AsyncIterator[str]:
    """Rasa on loopback for as long as the block lasts, started again when it dies. Yields its URL at once."""
    command = serve_command(port)
    task = asyncio.create_task(_keep_running(command))
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _keep_running(command: list[str]) -> None:
    while True:
        process = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            await process.wait()
            await asyncio.sleep(_RESTART_SECONDS)
        finally:
            if process.returncode is None:
                process.terminate()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_STOP_SECONDS):
                        await process.wait()
            if process.returncode is None:
                process.kill()
                await process.wait()
