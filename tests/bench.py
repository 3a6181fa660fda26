"""`make bench`: figures of speed and memory, measured side by side in one run. Judges nothing; prints what it saw.

python -m tests.bench [--messages 60]
"""

import argparse
import asyncio
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx

from bot.settings import Settings
from nlu import sidecar
from tests.support.servers import free_port
from tests.support.twilio_emulator import ACCOUNT, PUBLIC_URL, SENDER, TOKEN, TwilioEmulator, twilio
from tests.support.world import fake_key

_ROOT = Path(__file__).parents[1]
QUESTIONS = (
    "como pido refugio en mexico",
    "how do I register my baby?",
    "cuanto cuesta la tarjeta humanitaria y cuanto tarda",
    "me corrieron del trabajo y no me quieren pagar la quincena",
    "my daughter has no papers, can she go to school here?",
    "donde saco la curp si soy extranjera",
    "perdi mi pasaporte y necesito uno nuevo que hago",
    "estoy embarazada y en el centro de salud no me quieren atender",
)


def resident_mib(pid: int) -> float:
    """Resident memory of a process and its children, MiB."""
    total = 0.0
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        with contextlib.suppress(OSError, ValueError, IndexError):
            stat = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            if int(folder.name) == pid or int(stat[1]) == pid:
                total += int((folder / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    return total


@contextlib.contextmanager
def child(command: list[str], environment: dict[str, str], folder: Path = _ROOT) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()


async def answers(url: str, seconds: float = 60) -> None:
    """Wait until a server is ready."""
    deadline = time.monotonic() + seconds
    async with httpx.AsyncClient(trust_env=False) as http:
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.HTTPError):
                if (await http.get(url)).status_code == httpx.codes.OK:
                    return
            await asyncio.sleep(0.05)
    raise SystemExit(f"{url} did not come up within {seconds:.0f} s")


def environment(folder: Path, rasa_url: str, emulator: TwilioEmulator) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "FARO_ENV": "development",
        "FARO_DATA_DIR": str(folder),
        "FARO_RASA_URL": rasa_url,
        "FARO_PUBLIC_URL": PUBLIC_URL,
        "FARO_SECRET_KEY": fake_key("s"),
        "FARO_ENCRYPTION_KEYS": fake_key("e"),
        "FARO_LOOKUP_KEY": fake_key("l"),
        "FARO_TWILIO_ACCOUNT_SID": ACCOUNT,
        "FARO_TWILIO_AUTH_TOKEN": TOKEN,
        "FARO_TWILIO_SENDER": SENDER,
        "FARO_TWILIO_API_URL": emulator.url,
    }


async def one_way(emulator: TwilioEmulator, text: str, contact: int) -> float:
    """Milliseconds from her message at the webhook to our first request at the provider."""
    before = len(emulator.sent)
    began = time.perf_counter()
    await emulator.brings(Body=text, From=f"whatsapp:+52555555{contact:04d}", WaId=f"52555555{contact:04d}")
    while len(emulator.sent) == before:  # the emulator has no event to wait for
        await asyncio.sleep(0.0005)
    took = (time.perf_counter() - began) * 1000
    settled = -1
    while settled != len(emulator.sent):  # let the rest of the turn leave before the next one starts
        settled = len(emulator.sent)
        await asyncio.sleep(0.15)
    return took


async def parse(http: httpx.AsyncClient, text: str) -> float:
    """Milliseconds of Rasa's own parse over HTTP."""
    began = time.perf_counter()
    (await http.post("/model/parse", json={"text": text})).raise_for_status()
    return (time.perf_counter() - began) * 1000


@contextlib.asynccontextmanager
async def whole_service(folder: Path, emulator: TwilioEmulator) -> AsyncIterator[tuple[str, int, int]]:
    """Rasa and Faro as in the demo, each a process; Rasa's URL and both process ids."""
    rasa_port, port = free_port(), free_port()
    rasa_url = f"http://127.0.0.1:{rasa_port}"
    command = [sys.executable, "-m", "bot.cli", "web", "--with-worker", "--port", str(port)]
    settings = environment(folder, rasa_url, emulator)
    subprocess.run([sys.executable, "-m", "bot.cli", "db", "upgrade"], cwd=_ROOT, env=settings, check=True, capture_output=True)
    began = time.perf_counter()
    with child(sidecar.serve_command(rasa_port), sidecar.environment(), sidecar.ROOT) as rasa, child(command, settings) as faro:
        await answers(f"http://127.0.0.1:{port}/readyz")
        web = time.perf_counter() - began
        if not await sidecar.ready(rasa_url, 90):
            raise SystemExit("Rasa did not come up")
        print(f"start: a message can be accepted after {web:.1f} s, Rasa answers after {time.perf_counter() - began:.1f} s")
        emulator.server_url = f"http://127.0.0.1:{port}"
        yield rasa_url, rasa.pid, faro.pid


async def the_way(messages: int) -> None:
    async with twilio() as emulator:
        with tempfile.TemporaryDirectory(prefix="faro-bench-") as folder:
            async with whole_service(Path(folder), emulator) as (rasa_url, rasa_pid, faro_pid):
                ways, parses = [], []
                async with httpx.AsyncClient(base_url=rasa_url, trust_env=False) as http:
                    for number in range(messages + 5):
                        text = QUESTIONS[number % len(QUESTIONS)]
                        way, own = await one_way(emulator, text, number % 12), await parse(http, text)
                        if number >= 5:  # the first few warm up
                            ways.append(way)
                            parses.append(own)
                way, own = statistics.median(ways), statistics.median(parses)
                print(f"webhook to provider request, median of {messages}: {way:.1f} ms (p95 {_p95(ways):.1f})")
                print(f"Rasa's own parse over HTTP, same texts:  {own:.1f} ms (p95 {_p95(parses):.1f})")
                print(f"  difference {way - own:.1f} ms, ratio {way / own:.1f}")
                rasa_mib, faro_mib = resident_mib(rasa_pid), resident_mib(faro_pid)
                print(f"resident: Rasa {rasa_mib:.0f} MiB + Faro {faro_mib:.0f} MiB = {rasa_mib + faro_mib:.0f} MiB")


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def median_ms(work: Callable[[str], object]) -> float:
    """Median milliseconds of one call over the questions, after a warm-up."""
    for text in QUESTIONS:
        work(text)
    took = []
    for _ in range(40):
        for text in QUESTIONS:
            began = time.perf_counter()
            work(text)
            took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def pure_parts() -> None:
    """What each pure part of a turn takes, beside each other."""
    from faro_text.normalise import normalise

    from bot import bundle
    from bot.safety.assess import assess
    from nlu.language import detect
    from nlu.understanding import NotUnderstood

    before = resident_mib(os.getpid())
    began = time.perf_counter()
    settings = Settings(_env_file=None)
    loaded = bundle.load(settings.content_dir, settings.flows_dir, production=False, today=lambda: datetime.now(UTC).date())
    print(
        f"content, flows and lexicon: loaded in {time.perf_counter() - began:.2f} s, {resident_mib(os.getpid()) - before:.0f} MiB"
    )
    down = NotUnderstood("down")
    whole = median_ms(lambda text: assess(loaded.lexicon.look(text), down, {}, ()))
    for name, took in (
        ("normalise", median_ms(normalise)),
        ("language", median_ms(detect)),
        ("assessment without NLU", whole),
    ):
        print(f"{name:<24} {took:.3f} ms median, ratio to the assessment {took / whole:.2f}")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--messages", type=int, default=60)
    chosen = options.parse_args()
    pure_parts()
    asyncio.run(the_way(chosen.messages))
