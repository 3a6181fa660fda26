"""What Twilio's error codes mean for a message. https://www.twilio.com/docs/api/errors

A code that is not here is decided by its HTTP status; one that neither names is ours to look at and is not tried again.
"""

from integrations.errors import GIVE_UP, OURS, OURS_RETRY, RETRY, Fate, SendError, Uncertain

CODES: dict[int, Fate] = {
    14107: RETRY,  # message rate limit
    20001: OURS,  # unknown parameters
    20003: OURS_RETRY,  # authentication: wrong token, or no balance
    20004: OURS,  # method not allowed
    20005: OURS_RETRY,  # account not active
    20006: OURS,  # access denied
    20008: OURS,  # test credentials
    20403: OURS_RETRY,  # forbidden
    20404: OURS,  # not found: wrong account or address
    20429: RETRY,  # too many requests
    20500: RETRY,  # internal error
    20503: RETRY,  # unavailable
    21211: GIVE_UP,  # invalid To
    21212: OURS,  # invalid From
    21602: OURS,  # body missing
    21603: OURS,  # From missing
    21604: OURS,  # To missing
    21606: OURS,  # From cannot send
    21608: OURS,  # trial account, number not verified
    21609: OURS,  # invalid StatusCallback
    21610: GIVE_UP,  # she wrote STOP
    21611: RETRY,  # queue of this sender full
    21612: GIVE_UP,  # To cannot be reached from this sender
    21614: GIVE_UP,  # not a mobile number
    21617: OURS,  # body above 1,600 characters
    21619: OURS,  # text, media or content missing
    21654: OURS,  # ContentSid missing
    21655: OURS,  # ContentSid invalid
    21656: OURS,  # ContentVariables invalid
    21703: OURS,  # messaging service without senders
    30001: RETRY,  # queue overflow
    30002: OURS_RETRY,  # account suspended
    30003: RETRY,  # unreachable now
    30008: GIVE_UP,  # unknown
    63001: OURS_RETRY,  # channel could not authenticate us
    63002: OURS,  # channel could not find From
    63003: GIVE_UP,  # channel could not find To
    63005: OURS,  # channel did not accept the content
    63007: OURS,  # no WhatsApp sender with this From
    63010: RETRY,  # channel failed inside
    63012: RETRY,  # channel's service failed
    63013: OURS,  # channel's policy
    63014: GIVE_UP,  # blocked by her
    63015: GIVE_UP,  # she has not joined the sandbox
    63016: GIVE_UP,  # outside the 24-hour window
    63017: RETRY,  # channel's rate limit
    63018: RETRY,  # channel's rate limit
    63020: OURS,  # sender not set up at the channel
    63024: GIVE_UP,  # invalid recipient
    63027: OURS,  # template missing at the channel
    63028: OURS,  # template's parameters do not match
    63032: GIVE_UP,  # channel declines to reach her
    63038: OURS_RETRY,  # daily limit of the account
    63049: GIVE_UP,  # channel chose not to deliver
    63112: OURS_RETRY,  # business account disabled
    90010: OURS_RETRY,  # account not active
}

# Codes that say that buttons could not be had: the same words go as plain text.
CONTENT_REFUSED = frozenset({"20404", "21654", "21655", "21656", "63005", "63013", "63027", "63028", "92007", "92008"})

_STATUSES: dict[int, Fate] = {401: OURS_RETRY, 403: OURS_RETRY, 404: OURS, 408: RETRY, 429: RETRY}
_GATEWAY_TIMEOUT = 504


def error_for(code: int | None, status: int, retry_after: float | None = None) -> SendError:
    """The error that carries the decision. `code` is Twilio's, which equals `status` where Twilio gave none."""
    if status == _GATEWAY_TIMEOUT:
        return Uncertain("gateway_timeout")
    known = CODES.get(code or 0) or _STATUSES.get(status) or (RETRY if status >= 500 else None)
    if known is None:
        return SendError(code=f"unmapped_{code or status}", retry=False, our_fault=True)
    return SendError(code=str(code or status), retry=known.retry, our_fault=known.our_fault, retry_after=retry_after)
