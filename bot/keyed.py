"""Keyed hashes under the service's secret key: form tokens, recovery codes, the access log's chain."""

import hashlib
import hmac

from bot.runtime import Runtime


def keyed(rt: Runtime, purpose: str, value: str) -> bytes:
    """A keyed hash for one purpose, under the service's secret key."""
    key = rt.settings.secret_key.get_secret_value().encode()
    return hmac.new(key, f"{purpose}\0{value}".encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
