"""Who signs in and how: enrolment link, password (Argon2id), one-time code, sessions that can be ended at once (R47).

Nothing here says whether an account exists, and every refusal costs the same work.
"""

import asyncio
import hashlib
import hmac
import secrets
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import CursorResult, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.keyed import keyed
from bot.push import phones
from bot.runtime import Runtime
from bot.storage.tables import Operator, OperatorSession, RecoveryCode, new_id

ENROL_WITHIN = timedelta(hours=72)
PASSWORD_LEAST = 12
_PASSWORD_MOST = 256
_RECOVERY_CODES = 10
_STEP_SECONDS = 30
_SEEN_EVERY = timedelta(seconds=10)  # a session's times are not written at each request
_hasher = PasswordHasher()
_at_once = asyncio.Semaphore(2)  # each verification takes 64 MiB
_NOBODY = _hasher.hash("nobody has this password")
_NO_SECRET = "A" * 32
DEMO_EMAIL = "demo@faro.example"


class Role(StrEnum):
    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    EDITOR = "editor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Signed:
    """A request's operator and the session she came with."""

    operator: Operator
    session: OperatorSession
    locked: bool


@dataclass(frozen=True, slots=True)
class Enrolment:
    """An open enrolment link: for whom, and the secret her authenticator app needs."""

    operator: Operator
    secret: str

    @property
    def uri(self) -> str:
        return pyotp.TOTP(self.secret).provisioning_uri(name=self.operator.email, issuer_name="Faro")


class EnrolmentRefused(Exception):
    """`reason`: password_short, password_long, code_wrong, link_ended."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _sha(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _tidy(email: str) -> str:
    return email.strip().lower()


async def invite(rt: Runtime, email: str, name: str, role: Role, languages: list[str]) -> str:
    """Make or renew an operator's enrolment; the token of her link. For somebody known it replaces a lost phone or password:
    the old ones work until the link is used.
    """
    token = secrets.token_urlsafe(32)
    now = rt.clock()
    async with rt.database.write() as session:
        operator = await session.scalar(select(Operator).where(Operator.email == _tidy(email)))
        if operator is None:
            operator = Operator(id=new_id(), email=_tidy(email), name=name, role=role, created_at=now)
            session.add(operator)
        operator.name, operator.role, operator.languages = name, role, languages
        operator.enrol_hash, operator.enrol_until = _sha(token), now + ENROL_WITHIN
        operator.active = True
    return token


async def _invited(session: AsyncSession, rt: Runtime, token: str) -> Operator | None:
    return await session.scalar(
        select(Operator).where(Operator.enrol_hash == _sha(token), Operator.enrol_until > rt.clock(), Operator.active.is_(True))
    )


def _enrolment_secret(rt: Runtime, token: str) -> str:
    """The secret of a link: derived, so that it is the same each time the page is opened and nothing is stored before use."""
    return b32encode(keyed(rt, "enrol-totp", token)[:20]).decode()


async def open_enrolment(rt: Runtime, token: str) -> Enrolment | None:
    async with rt.database.read() as session:
        operator = await _invited(session, rt, token)
    return Enrolment(operator, _enrolment_secret(rt, token)) if operator else None


async def enrol(rt: Runtime, token: str, password: str, code: str) -> list[str]:
    """Set her password and code; her recovery codes, shown this once. Raises `EnrolmentRefused`."""
    if len(password) < PASSWORD_LEAST:
        raise EnrolmentRefused("password_short")
    if len(password) > _PASSWORD_MOST:
        raise EnrolmentRefused("password_long")
    secret = _enrolment_secret(rt, token)
    step = matching_step(secret, code, rt.clock())
    if step is None:
        raise EnrolmentRefused("code_wrong")
    hashed = await _hash(password)
    async with rt.database.write() as session:
        operator = await _invited(session, rt, token)
        if operator is None:
            raise EnrolmentRefused("link_ended")
        operator.password_hash, operator.totp_step = hashed, step
        operator.totp_enc = rt.keys.vault.seal(secret, "operators", operator.id, "totp")
        operator.enrol_hash = operator.enrol_until = None
        await end_sessions(session, operator.id)
        return await _fresh_recovery_codes(session, rt, operator.id)


async def _fresh_recovery_codes(session: AsyncSession, rt: Runtime, operator_id: str) -> list[str]:
    await session.execute(delete(RecoveryCode).where(RecoveryCode.operator_id == operator_id))
    codes = [f"{secrets.token_hex(3)}-{secrets.token_hex(3)}-{secrets.token_hex(3)}" for _ in range(_RECOVERY_CODES)]
    session.add_all(RecoveryCode(code_hash=keyed(rt, "recovery", code), operator_id=operator_id) for code in codes)
    return codes


async def _hash(password: str) -> str:
    async with _at_once:
        return await asyncio.to_thread(_hasher.hash, password)


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The 30-second step that a code belongs to: this one or a neighbour; None if it is not a code of this secret."""
    current = int(now.timestamp()) // _STEP_SECONDS
    totp = pyotp.TOTP(secret)
    given = "".join(code.split())
    matches = [
        s
        for s in (current - 1, current, current + 1)
        if hmac.compare_digest(totp.generate_otp(s), given.encode("ascii", "replace").decode())
    ]
    return matches[-1] if matches else None


async def _password_fits(hashed: str | None, password: str) -> bool:
    def check() -> bool:
        try:
            return _hasher.verify(hashed or _NOBODY, password[:_PASSWORD_MOST])
        except (VerificationError, InvalidHashError):
            return False

    async with _at_once:
        fits = await asyncio.to_thread(check)
    return fits and hashed is not None


async def sign_in(rt: Runtime, email: str, password: str, code: str, agent: str) -> str | None:
    """The token of a new session, or None: which part was wrong is nobody's business."""
    async with rt.database.read() as session:
        operator = await session.scalar(select(Operator).where(Operator.email == _tidy(email), Operator.active.is_(True)))
    fits = await _password_fits(operator.password_hash if operator else None, password)
    step = matching_step(_secret(rt, operator), code, rt.clock())
    if operator is None or not fits:
        return None
    async with rt.database.write() as session:
        if not await _spend_code(session, rt, operator, step, code):
            return None
        return _start_session(session, rt, operator, agent)


def _secret(rt: Runtime, operator: Operator | None) -> str:
    if operator is None or operator.totp_enc is None:
        return _NO_SECRET
    return rt.keys.vault.open(operator.totp_enc, "operators", operator.id, "totp")


async def _spend_code(session: AsyncSession, rt: Runtime, operator: Operator, step: int | None, code: str) -> bool:
    """Use a code up: the same one never opens twice, whichever of two requests comes first."""
    spend: Any
    if step is not None and operator.totp_enc is not None:
        spend = (
            update(Operator)
            .where(Operator.id == operator.id, or_(Operator.totp_step.is_(None), Operator.totp_step < step))
            .values(totp_step=step)
        )
    else:
        spend = (
            update(RecoveryCode)
            .where(
                RecoveryCode.code_hash == keyed(rt, "recovery", code.strip().lower()),
                RecoveryCode.operator_id == operator.id,
                RecoveryCode.used_at.is_(None),
            )
            .values(used_at=rt.clock())
        )
    return cast(CursorResult[Any], await session.execute(spend)).rowcount == 1


def _start_session(session: AsyncSession, rt: Runtime, operator: Operator, agent: str) -> str:
    token, now = secrets.token_urlsafe(32), rt.clock()
    session.add(
        OperatorSession(
            token_hash=_sha(token), operator_id=operator.id, agent_hash=_sha(agent), created_at=now, seen_at=now, active_at=now
        )
    )
    return token


async def signed(rt: Runtime, token: str, agent: str, *, person: bool) -> Signed | None:
    """Who comes with this token, if her session lives. `person` is False for what a page does by itself (a heartbeat)."""
    now, limits = rt.clock(), rt.settings
    async with rt.database.read() as session:
        query = select(OperatorSession, Operator).join(Operator, Operator.id == OperatorSession.operator_id)
        row = (await session.execute(query.where(OperatorSession.token_hash == _sha(token)))).first()
    if row is None:
        return None
    found, operator = row
    gone = now - found.seen_at > timedelta(minutes=limits.session_gone_minutes)
    over = now - found.created_at > timedelta(hours=limits.session_hours)
    if gone or over or not operator.active or not hmac.compare_digest(found.agent_hash, _sha(agent)):
        await _end(rt, found.token_hash)
        return None
    idle = now - found.active_at > timedelta(minutes=limits.session_idle_minutes)
    locked_at = found.locked_at or (now if idle else None)
    moved: dict[str, datetime | None] = {}
    if locked_at != found.locked_at:
        moved["locked_at"] = locked_at
    if now - found.seen_at > _SEEN_EVERY:
        moved["seen_at"] = now
    if person and locked_at is None and now - found.active_at > _SEEN_EVERY:
        moved["active_at"] = now
    if moved:
        async with rt.database.write() as session:
            mine = OperatorSession.token_hash == found.token_hash
            await session.execute(update(OperatorSession).where(mine).values(**moved))
    return Signed(operator, found, locked=locked_at is not None)


async def still_signed(rt: Runtime, token_hash: bytes) -> bool:
    """Whether a session still stands: asked by long-lived streams."""
    async with rt.database.read() as session:
        return await session.get(OperatorSession, token_hash) is not None


async def lock(rt: Runtime, token_hash: bytes) -> None:
    """The panic key and the idle lock: nothing is shown until the password is given again."""
    async with rt.database.write() as session:
        await session.execute(
            update(OperatorSession).where(OperatorSession.token_hash == token_hash).values(locked_at=rt.clock())
        )


async def unlock(rt: Runtime, who: Signed, password: str) -> bool:
    if not await _password_fits(who.operator.password_hash, password):
        return False
    async with rt.database.write() as session:
        await session.execute(
            update(OperatorSession)
            .where(OperatorSession.token_hash == who.session.token_hash)
            .values(locked_at=None, active_at=rt.clock())
        )
    return True


async def sign_out(rt: Runtime, token_hash: bytes) -> None:
    """She leaves this browser: it is not called any more either. A session that merely ran out leaves her phone to be called."""
    await _end(rt, token_hash)
    async with rt.database.write() as session:
        await phones.end_of_session(session, token_hash)


async def _end(rt: Runtime, token_hash: bytes) -> None:
    async with rt.database.write() as session:
        await session.execute(delete(OperatorSession).where(OperatorSession.token_hash == token_hash))


async def end_sessions(session: AsyncSession, operator_id: str) -> None:
    """Instant revocation: every browser of hers is out (R47), and no phone of hers is called."""
    await session.execute(delete(OperatorSession).where(OperatorSession.operator_id == operator_id))
    await phones.end_of_access(session, operator_id)


async def create_demo_operator(rt: Runtime) -> tuple[str, str, str]:
    """E-mail, password and TOTP secret of the demo's supervisor: the same at each start. Never in production."""
    if rt.settings.production:
        raise RuntimeError("the demo operator is for development only")
    password = b32encode(keyed(rt, "demo", "password")[:10]).decode().lower()
    token = await invite(rt, DEMO_EMAIL, "Demo", Role.SUPERVISOR, ["es", "en"])
    secret = b32encode(keyed(rt, "demo", "totp")[:20]).decode()
    hashed = await _hash(password)
    async with rt.database.write() as session:
        operator = await _invited(session, rt, token)
        assert operator is not None  # noqa: S101 - just invited
        operator.password_hash = hashed
        operator.totp_enc = rt.keys.vault.seal(secret, "operators", operator.id, "totp")
        operator.enrol_hash = operator.enrol_until = None
    return DEMO_EMAIL, password, secret


async def reads(rt: Runtime, operator_id: str, language: str) -> None:
    """Keep the language in which she reads the interface."""
    async with rt.database.write() as session:
        await session.execute(update(Operator).where(Operator.id == operator_id).values(reads=language))
