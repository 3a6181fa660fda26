"""How long a refused sign-in takes does not tell who exists."""

import statistics
import time

from bot.console import account
from bot.runtime import Runtime
from tests.support.console import hire

TRIES = 12


async def took(rt: Runtime, email: str) -> float:
    started = time.perf_counter()
    assert await account.sign_in(rt, email, "not her password", "000000", "a browser") is None
    return time.perf_counter() - started


async def test_refusal_takes_as_long_for_a_stranger_as_for_an_operator(rt: Runtime) -> None:
    """Measured in turns, so that a busy machine slows both; medians, so that one hiccup tells nothing."""
    person = await hire(rt)
    await took(rt, person.email)
    known, unknown = [], []
    for number in range(TRIES):
        known.append(await took(rt, person.email))
        unknown.append(await took(rt, f"nobody{number}@faro.example"))
    ratio = statistics.median(known) / statistics.median(unknown)
    assert 0.6 < ratio < 1.7, f"an operator's refusal takes {ratio:.2f} times a stranger's"


async def test_invited_but_not_enrolled_takes_as_long_as_a_stranger(rt: Runtime) -> None:
    await account.invite(rt, "soon@faro.example", "Soon", account.Role.OPERATOR, ["es"])
    await took(rt, "soon@faro.example")
    invited, unknown = [], []
    for number in range(TRIES):
        invited.append(await took(rt, "soon@faro.example"))
        unknown.append(await took(rt, f"nobody{number}@faro.example"))
    ratio = statistics.median(invited) / statistics.median(unknown)
    assert 0.6 < ratio < 1.7, f"an invitee's refusal takes {ratio:.2f} times a stranger's"
