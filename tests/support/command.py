"""`faro` as somebody types it: a process of its own."""

import asyncio
import os
import sys
from pathlib import Path

from tests.support.world import fake_key


async def faro(folder: Path, *words: str, keys: str = fake_key("e")) -> tuple[int, str, str]:
    """Exit code, what it printed, and what it said on stderr. Its database lies in `folder`."""
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith("FARO_")},
        "FARO_ENV": "development",
        "FARO_DATA_DIR": str(folder),
        "FARO_SECRET_KEY": fake_key("s"),
        "FARO_ENCRYPTION_KEYS": keys,
        "FARO_LOOKUP_KEY": fake_key("l"),
    }
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot.cli", *words, env=env, stdout=pipe, stderr=pipe)
    out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()
