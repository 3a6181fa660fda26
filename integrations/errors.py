"""What can go wrong between us and a provider.

    ChannelError
    ├── Rejected             the request is not the provider's, or cannot be read: carries the HTTP status
    ├── MediaUnavailable     a file she sent cannot be had: gone, too large, not the provider's
    └── SendError            the provider did not take the message
        └── Uncertain        the request left, no answer came: it may have been delivered

An error carries the decision (`retry`, `our_fault`), so that nobody downstream interprets provider codes. The tables that
map codes to decisions stand beside each channel in `codes.py`.
"""

from dataclasses import dataclass
from typing import NamedTuple


class ChannelError(Exception):
    """Root of this tree. Its text never holds message text, addresses or tokens."""


@dataclass(eq=False)
class Rejected(ChannelError):
    """An inbound request that is refused.

    Attributes:
        status: HTTP status to answer: 403 not authentic, 400 not readable.
        reason: one line for the caller, without anything the request contained.
    """

    status: int
    reason: str

    def __str__(self) -> str:
        return self.reason


@dataclass(eq=False)
class SendError(ChannelError):
    """The provider refused or could not be reached before the request left.

    Attributes:
        code: the provider's code or a short word of ours ("timeout", "unmapped").
        retry: whether the same request may succeed later.
        our_fault: whether an operator of this server must act (wrong token, no balance).
        retry_after: seconds that the provider asks us to wait, if it said so.
    """

    code: str
    retry: bool
    our_fault: bool = False
    retry_after: float | None = None

    def __str__(self) -> str:
        return f"send failed: {self.code}"


class Uncertain(SendError):
    """The request left and no answer came back. Whoever sent it decides whether a second copy is worse than none."""

    def __init__(self, code: str = "no_answer") -> None:
        super().__init__(code=code, retry=False)


class Fate(NamedTuple):
    """What a provider's error means for the message: the right-hand side of the tables in `codes.py`."""

    retry: bool
    our_fault: bool


RETRY = Fate(retry=True, our_fault=False)
GIVE_UP = Fate(retry=False, our_fault=False)
OURS = Fate(retry=False, our_fault=True)
OURS_RETRY = Fate(retry=True, our_fault=True)


@dataclass(eq=False)
class MediaUnavailable(ChannelError):
    """A file cannot be fetched. `reason`: not_found, too_large, foreign, unreachable."""

    reason: str

    def __str__(self) -> str:
        return f"media unavailable: {self.reason}"
