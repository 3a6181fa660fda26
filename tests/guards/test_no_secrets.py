"""No secret in the repository: nothing that looks like a token, a key or a password in any file that git keeps.

Fakes of the tests say that they are ("for-tests", "fake", one letter or digit repeated).
"""

import math
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]

PATTERNS = {
    "private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"),
    "Telegram bot token": re.compile(r"\b\d{8,10}:[A-Za-z0-9_-]{35}\b"),
    "Twilio account": re.compile(r"\bAC[0-9a-f]{32}\b"),
    "Twilio key": re.compile(r"\bSK[0-9a-f]{32}\b"),
    "AWS key": re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    "GitHub token": re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36,}\b"),
    "Slack token": re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{10,}"),
    "password in an address": re.compile(r"\b[a-z+]+://[^\s/:@$<{]+:[^\s/:@$<{…]{6,}@(?!localhost|127\.)"),
    "secret setting with a value": re.compile(
        r"FARO_(?:SECRET_KEY|ENCRYPTION_KEYS|LOOKUP_KEY|TWILIO_AUTH_TOKEN)=[A-Za-z0-9_-]{20,}"
    ),
}
_QUOTED = re.compile(r"""(?i)(?:secret|token|passw|api_?key)\w*["']?\s*[:=]\s*["']([A-Za-z0-9_+/=-]{24,})["']""")
_LOCKS = ("uv.lock",)
_RANDOM_BITS = 4.0  # a character of base64 carries up to 6; words about 3.5


def kept() -> Iterator[tuple[str, str]]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        path = ROOT / name
        if path.name not in _LOCKS and path.is_file() and path.stat().st_size < 2_000_000:
            yield name, path.read_text("utf-8", "replace")


def bits(text: str) -> float:
    """Shannon's entropy, bits a character."""
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


def plain_fake(found: str) -> bool:
    return bool(re.search(r"test|fake|example", found)) or len(set(found[2:])) <= 2


def test_no_file_holds_what_looks_like_a_secret() -> None:
    found = []
    for name, text in kept():
        for what, pattern in PATTERNS.items():
            found += [f"{name}: {what}" for match in pattern.finditer(text) if not plain_fake(match.group())]
        found += [
            f"{name}: a random value under a secret's name"
            for value in _QUOTED.findall(text)
            if bits(value) > _RANDOM_BITS and not plain_fake(value)
        ]
    assert found == []


def test_planted_secrets_are_found() -> None:
    """The scan itself: each kind, put together here so that this file holds none."""
    planted = {
        "Telegram bot token": "123456789:" + "AbCdEfGhIjKlMnOpQrStUvWxYz012345678",
        "Twilio account": "AC" + "0123456789abcdef" * 2,
        "private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
        "password in an address": "postgresql://faro:" + "correcthorse@database/faro",
        "secret setting with a value": "FARO_SECRET_KEY" + "=Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA",
    }
    for what, text in planted.items():
        assert PATTERNS[what].search(text), what
        assert not plain_fake(text), what
    assert _QUOTED.findall("auth_token = " + '"q8Zr3vT1xW9bK5mN7cJ2hL4p"')


def test_environment_files_are_not_kept() -> None:
    assert [name for name, _ in kept() if Path(name).name.startswith(".env")] == []
