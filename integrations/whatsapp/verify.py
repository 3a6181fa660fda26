"""Whether Twilio signed a request, pure. Fails closed.

The URL is rebuilt from our configured public address: behind a proxy the one we see is not the one Twilio called. A fragment
with connection overrides (`#rc=5&rp=all`) is no part of what Twilio signs.
"""

from starlette.datastructures import QueryParams
from twilio.request_validator import (
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)

from integrations.channel import WebRequest
from integrations.errors import Rejected


def form(body: bytes) -> QueryParams:
    """The fields of a form post, repeated keys and blank values kept: all of them are signed."""
    return QueryParams(body)


def verify(request: WebRequest, public_url: str, auth_token: str) -> None:
    """Raise `Rejected(403)` unless the request carries the signature of whoever knows `auth_token`."""
    url = public_url.rstrip("/") + request.path + (f"?{request.query}" if request.query else "")
    signature = request.headers.get(SIGNATURE_HEADER.lower(), "")
    algorithm = get_signature_algorithm(request.headers.get(SIGNATURE_SETTINGS_HEADER.lower()))
    if not auth_token or not public_url or not signature:
        raise Rejected(403, "not signed by Twilio")
    if not RequestValidator(auth_token).validate(url, form(request.body), signature, algorithm):
        raise Rejected(403, "not signed by Twilio")
