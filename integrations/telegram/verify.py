"""Whether Telegram sent a request, pure: it repeats the secret that we gave with the webhook. Fails closed."""

import hmac

from integrations.channel import WebRequest
from integrations.errors import Rejected

_HEADER = "x-telegram-bot-api-secret-token"


def verify(request: WebRequest, secret: str) -> None:
    """Raise `Rejected(403)` unless the request carries our secret. Compared in constant time."""
    given = request.headers.get(_HEADER, "")
    if not secret or not hmac.compare_digest(given.encode(), secret.encode()):
        raise Rejected(403, "not sent by Telegram")
