"""What a verified request of Twilio says, pure.

Twilio's fields: https://www.twilio.com/docs/messaging/guides/webhook-request and, for WhatsApp, button and list replies.
"""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qs

from starlette.datastructures import QueryParams

from integrations.channel import (
    Body,
    ChannelName,
    Choice,
    ContactCard,
    DeliveryReport,
    DeliveryState,
    Inbound,
    Location,
    Media,
    MediaKind,
    Text,
    Unsupported,
    WebRequest,
)
from integrations.commands import without_command
from integrations.errors import Rejected
from integrations.whatsapp.verify import form

STATUS_PATH = "/webhooks/whatsapp/status"

_SID = re.compile(r"[A-Za-z0-9]{2,64}\Z")
_REF = re.compile(r"[A-Za-z0-9-]{1,64}\Z")
_ADDRESS = re.compile(r"whatsapp:\S{2,64}\Z")
_MOST_MEDIA = 10
_VCARD = frozenset({"text/vcard", "text/x-vcard", "text/directory"})
_KINDS = {"image": MediaKind.IMAGE, "audio": MediaKind.AUDIO, "video": MediaKind.VIDEO}

# Every state says at least that Twilio took the message; what came before it left is no news to us.
_STATES = {
    "accepted": DeliveryState.SENT,
    "queued": DeliveryState.SENT,
    "sending": DeliveryState.SENT,
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.READ,
    "undelivered": DeliveryState.FAILED,
    "failed": DeliveryState.FAILED,
}


def parse(request: WebRequest) -> Sequence[Inbound | DeliveryReport]:
    """One message or one report. Raises `Rejected(400)` if it is neither."""
    fields = form(request.body)
    if not _SID.match(fields.get("MessageSid", "")):
        raise Rejected(400, "MessageSid is missing")
    if request.path.endswith("/status"):
        return _report(fields, request.query)
    return (_message(fields),)


def _message(fields: QueryParams) -> Inbound:
    if not _ADDRESS.match(fields.get("From", "")):
        raise Rejected(400, "From is not a WhatsApp address")
    sid = fields["MessageSid"]
    return Inbound(ChannelName.WHATSAPP, sid, fields["From"], _bodies(fields), provider_id=sid)


def _report(fields: QueryParams, query: str) -> Sequence[DeliveryReport]:
    status = fields.get("MessageStatus", "")
    if not status:
        raise Rejected(400, "MessageStatus is missing")
    state = _STATES.get(status)
    if state is None:
        return ()
    code = fields.get("ErrorCode", "")
    ref = parse_qs(query).get("ref", [""])[0]
    return (
        DeliveryReport(
            ChannelName.WHATSAPP,
            fields["MessageSid"],
            state,
            code=code if code.isdigit() and len(code) <= 8 and code != "0" else None,
            ref=ref if _REF.match(ref) else None,
        ),
    )


def _bodies(fields: QueryParams) -> tuple[Body, ...]:
    text, kind = fields.get("Body", ""), fields.get("MessageType", "")
    if token := fields.get("ButtonPayload"):
        return (Choice(token=token, label=fields.get("ButtonText") or text),)
    if token := fields.get("ListId"):
        return (Choice(token=token, label=fields.get("ListTitle") or text),)
    if "Latitude" in fields:
        return (_location(fields),)
    count = fields.get("NumMedia", "0")
    files = (
        (fields.get(f"MediaUrl{n}", ""), fields.get(f"MediaContentType{n}", ""))
        for n in range(min(int(count), _MOST_MEDIA) if count.isdecimal() else 0)
    )
    return bodies(text, files, kind)


def bodies(text: str, files: Iterable[tuple[str, str]], kind: str = "") -> tuple[Body, ...]:
    """What a message holds: its files, each a body, the text beneath the first; a text alone; else `Unsupported`.

    Args:
        files: (url, mime type) of each.
        kind: Twilio's `MessageType`, "" where it is not known.
    """
    found: list[Body] = [_file(url, mime, kind) for url, mime in files]
    first = next((n for n, body in enumerate(found) if isinstance(body, Media)), None)
    if text and first is not None:
        found[first] = found[first].model_copy(update={"caption": text})
    elif text and not (found and kind == "contacts"):  # there it is the name on the card
        found.insert(0, Text(text=text))
    return tuple(without_command(body) for body in found) or (Unsupported(what=kind[:32] or "unknown"),)


def _file(url: str, mime: str, kind: str) -> Body:
    main = mime.split(";")[0].strip().casefold()
    if kind == "contacts" or main in _VCARD:
        return ContactCard()
    media = _KINDS.get(main.split("/")[0], MediaKind.DOCUMENT)
    if kind == "sticker" or main == "image/webp":  # WhatsApp sends photographs as JPEG, stickers alone as WebP
        media = MediaKind.STICKER
    if main == "audio/ogg":  # recorded in the chat; an audio file keeps its own type
        media = MediaKind.VOICE
    return Media(media=media, handle=url, mime=main)


def _location(fields: QueryParams) -> Body:
    try:
        return Location(
            latitude=float(fields["Latitude"]),
            longitude=float(fields["Longitude"]),
            label=fields.get("Label") or fields.get("Address") or "",
        )
    except (KeyError, ValueError):
        return Unsupported(what="location")
