"""`faro doctor`: settings, database, Redis, Rasa, providers, content: one line each, with the remedy."""

from dataclasses import dataclass

from bot import health
from bot.cases import clock
from bot.push import phones
from bot.runtime import Runtime
from bot.storage import migrate

_REMEDIES = {
    "database": "check FARO_DATABASE_URL and that the server runs; then `faro db upgrade`",
    "redis": "check FARO_REDIS_URL and that the server runs; nothing is lost meanwhile, only slower",
    "rasa": "check FARO_RASA_URL; `faro nlu train` if there is no model; the lexicon works meanwhile",
    "content": "run `faro check` and mend what it names; the last good version serves meanwhile",
}


@dataclass(frozen=True, slots=True)
class Finding:
    part: str
    state: str
    remedy: str = ""

    @property
    def red(self) -> bool:
        return self.state != "ok"

    def __str__(self) -> str:
        return f"{self.part:<12} {self.state}" + (f": {self.remedy}" if self.remedy else "")


async def examine(rt: Runtime) -> list[Finding]:
    """What is well and what is not."""
    parts = (await health.readiness(rt))["parts"]
    found = [Finding("settings", "ok")]
    for part in ("database", "redis", "rasa", "content"):
        state = parts[part]["state"]
        found.append(Finding(part, state, "" if state == "ok" else _REMEDIES[part]))
    if waiting := parts["content"]["waiting"]:
        remedy = f"{waiting} facts and services wait for a person to verify them; `faro content report`, docs/editing.md"
        found.append(Finding("verification", "ok", remedy))
    if len(rt.settings.controller()) < 2:
        remedy = "set FARO_CONTROLLER_NAME and FARO_CONTROLLER_CONTACT: who answers for her data, said in the privacy notice"
        found.append(Finding("notice", "ok", remedy))
    if parts["database"]["state"] == "ok" and await migrate.behind(rt.database):
        found.append(Finding("schema", "behind", "run `faro db upgrade`"))
    found += [Finding(name, p["state"], p.get("remedy", "")) for name, p in parts["providers"].items()]
    found += await _waiting(rt, parts["database"]["state"])
    found += await _phones(rt, parts["database"]["state"])
    if not rt.channels:
        found.append(Finding("providers", "none", "set FARO_TWILIO_* or FARO_TELEGRAM_TOKEN (docs/settings.md)"))
    return found


async def _waiting(rt: Runtime, database: str) -> list[Finding]:
    """The urgent case that has waited longest for a person: red once supervisors should have been called."""
    if database != "ok":
        return []
    async with rt.database.read() as session:
        waited = await clock.oldest_waiting(session, rt.clock())
    if waited is None:
        return [Finding("cases", "ok")]
    late = waited.total_seconds() > rt.settings.alarm_supervisors_seconds
    remedy = f"the oldest urgent case waits since {int(waited.total_seconds() // 60)} min; take it at /console/"
    return [Finding("cases", "waiting" if late else "ok", remedy)]


async def _phones(rt: Runtime, database: str) -> list[Finding]:
    """Whether alarms can reach operators' phones. Not having it is no fault: there are other ways to call people."""
    if not rt.settings.push_key.get_secret_value():
        return [Finding("phones", "ok", "FARO_PUSH_KEY is not set: no alarm reaches operators' phones; `faro push-keys`")]
    if not rt.settings.public_url.startswith("https://") and rt.settings.production:
        return [Finding("phones", "unreachable", "FARO_PUBLIC_URL is not https: no browser can be called without it")]
    if database != "ok":
        return []
    async with rt.database.read() as session:
        called, people = await phones.counted(session)
    return [Finding("phones", "ok", f"alarms reach {called} phones of {people} operators")]
