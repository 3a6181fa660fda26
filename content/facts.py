"""Facts: what is true, from where, how old it is, and whether it may be said today.

A fact is written once; answers and texts quote it. `{fact:<id>}` is its short wording, `{fact:<id>.statement}` its whole
sentence. The rules of refusal live in `standing` and nowhere else (R11): what has expired or waits for a person's check is not
said, and in production no contact is sent that nobody has verified, except the three lines that are always sent.
"""

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

import phonenumbers
from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag, field_validator, model_validator

ALWAYS = frozenset({"emergency-911", "women-line-079", "linea-de-la-vida"})
"""911, 079 option 1 and 800 911 2000: sent whatever their dates say, because nothing is better than them."""

REVIEW_DAYS = {"contact": 90, "law": 180, "general": 365}
"""Days that a fact serves, from its verification or else from the day it was read (R11 for contacts)."""

STALE_SOURCE_DAYS = 731
"""A contact whose source was this old, or undated, when it was read waits for a person's check."""

SHORT_CODE = re.compile(r"^\*?\d{3,6}$")
QUOTE = re.compile(r"\{fact:([^{}.]+)(\.[a-z]+)?\}")
_OWN_VALUE = re.compile(r"\{value(\d*)\}")

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,60}$")]
Line = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Https = Annotated[str, StringConstraints(pattern=r"^https://[^\s/]+\.[^\s/]+\S*$")]


class Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Phone(Record):
    """A telephone number as it is shown to her. Without +, it is read as of `region` (ISO 3166)."""

    phone: Line
    region: str = "MX"

    @model_validator(mode="after")
    def _dialable(self) -> Self:
        dialable(self.phone, self.region)
        return self

    def shown(self, _form: str) -> str:
        return self.phone


class WhatsApp(Record):
    """A number that answers on WhatsApp."""

    whatsapp: Line
    region: str = "MX"

    @model_validator(mode="after")
    def _dialable(self) -> Self:
        dialable(self.whatsapp, self.region)
        return self

    def shown(self, _form: str) -> str:
        return self.whatsapp


class ShortCode(Record):
    """A short number, with the option to choose in its menu."""

    short_code: Annotated[str, StringConstraints(pattern=SHORT_CODE.pattern)]
    option: Annotated[int, Field(ge=0, le=9)] | None = None

    def shown(self, form: str) -> str:
        return self.short_code if self.option is None else form.format(code=self.short_code, option=self.option)


class Url(Record):
    url: Https

    def shown(self, _form: str) -> str:
        return self.url.removeprefix("https://").rstrip("/")


class Email(Record):
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$")]

    def shown(self, _form: str) -> str:
        return self.email


class Deadline(Record):
    """A span of time: within it something must or can be done."""

    deadline: Annotated[float, Field(gt=0, le=1000)]
    unit: Literal["minutes", "hours", "days", "working_days", "months", "years"]


class Amount(Record):
    """A number with a unit: a currency of ISO 4217, or what is counted."""

    amount: Annotated[float, Field(ge=0, le=10_000_000, allow_inf_nan=False)]
    unit: Line


class Words(Record):
    text: Line


def _kind(raw: Any) -> str:
    keys = raw if isinstance(raw, dict) else type(raw).model_fields if isinstance(raw, BaseModel) else ()
    return next((k for k in ("phone", "whatsapp", "short_code", "url", "email", "deadline", "amount", "text") if k in keys), "")


Value = Annotated[
    Annotated[Phone, Tag("phone")]
    | Annotated[WhatsApp, Tag("whatsapp")]
    | Annotated[ShortCode, Tag("short_code")]
    | Annotated[Url, Tag("url")]
    | Annotated[Email, Tag("email")]
    | Annotated[Deadline, Tag("deadline")]
    | Annotated[Amount, Tag("amount")]
    | Annotated[Words, Tag("text")],
    Discriminator(_kind),
]
Contact = Phone | WhatsApp | ShortCode | Url | Email


def dialable(number: str, region: str = "MX") -> None:
    """Raise `ValueError` unless the number can exist."""
    try:
        good = phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        good = False
    if not good:
        raise ValueError(f"{number} cannot be dialled in {region}: correct the number, or use short_code for a short one")


class Origin(Record):
    """Where a fact was read. `date` is the source's own: a year, a month or a day; absent when the source bears none."""

    title: Line
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")] | None = None
    second: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")] | None = None
    date: Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}){0,2}$")] | None = None

    @field_validator("date", mode="before")
    @classmethod
    def _as_text(cls, raw: Any) -> Any:
        return str(raw) if isinstance(raw, int | datetime.date) else raw

    def earliest(self) -> datetime.date | None:
        """The earliest day that the date can mean."""
        if self.date is None:
            return None
        year, month, day = ([int(part) for part in self.date.split("-")] + [1, 1])[:3]
        return datetime.date(year, max(month, 1), max(day, 1))

    @model_validator(mode="after")
    def _exists(self) -> Self:
        self.earliest()
        return self


class Dated(Record):
    """What facts and services share: how sure we are, who verified it, and until when it serves."""

    source: Origin
    read_on: datetime.date
    confidence: Literal["high", "medium", "low"]
    show: Literal["yes", "after_check", "internal"]
    verified_by: Line | None = None
    verified_on: datetime.date | None = None
    review_by: datetime.date | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.verified_by is None) != (self.verified_on is None):
            raise ValueError("verified_by and verified_on belong together: give both or neither")
        return self

    @property
    def verified(self) -> bool:
        return self.verified_by is not None

    def due(self, kind: str) -> datetime.date:
        """The last day on which it serves."""
        by_rule = (self.verified_on or self.read_on) + datetime.timedelta(days=REVIEW_DAYS[kind])
        return min(self.review_by, by_rule) if self.review_by and not self.verified else self.review_by or by_rule

    def stale_source(self) -> bool:
        """Whether the source was undated or too old when it was read."""
        dated = self.source.earliest()
        return dated is None or (self.read_on - dated).days > STALE_SOURCE_DAYS


class Fact(Dated):
    """One thing that is true, in every language.

    Attributes:
        statement, say: by language; the whole sentence, and the short wording that stands inside an answer. `{value}` is the
            first value, `{value2}` the second.
        basis: law or source of the figure, for editors.
        kind: how fast it ages.
        where: ISO 3166 code of the state or country when it is not federal.
        caution: cautions that go with it (`content/<language>/words.yml`).
        gap: what is not known about it.
    """

    id: Id
    topic: str
    statement: Mapping[str, Line]
    say: Mapping[str, Line] = Field(default_factory=dict)
    values: tuple[Value, ...] = ()
    basis: str | None = None
    kind: Literal["contact", "law", "general"]
    jurisdiction: Literal["federal", "state", "abroad"]
    where: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}(-[A-Z]{3})?$")] | None = None
    caution: tuple[str, ...] = ()
    channels: Mapping[str, str] = Field(default_factory=dict)
    gap: str | None = None

    @model_validator(mode="after")
    def _kind_fits(self) -> Self:
        if self.kind != "contact" and any(isinstance(v, Contact) for v in self.values):
            raise ValueError("a fact with a phone, code, link or mailbox ages like a contact: set kind: contact")
        if self.jurisdiction != "federal" and self.where is None:
            raise ValueError("no place given for a rule that is not federal: add where, for instance MX-CHP or US")
        for text in (*self.statement.values(), *self.say.values()):
            for number in _OWN_VALUE.findall(text):
                if int(number or 1) > len(self.values):
                    raise ValueError(f"{{value{number}}} has no value behind it: add it to values")
        return self

    def has_say(self) -> bool:
        """Whether it can be quoted inside a sentence."""
        return bool(self.say) or (bool(self.values) and isinstance(self.values[0], Contact))

    def wording(self, language: str, *, whole: bool, form: str) -> str:
        """Its sentence, or its short wording, with its own values filled in. Raises `KeyError` where there is none.

        `form` is how the language says a short code with an option.
        """
        if whole:
            text = self.statement[language]
        elif self.say:
            text = self.say.get(language) or next(iter(self.say.values()))
        elif self.values and isinstance(self.values[0], Contact):
            text = "{value}"
        else:
            raise KeyError(language)
        return _OWN_VALUE.sub(lambda m: _shown(self.values[int(m[1] or 1) - 1], form), text)


def _shown(value: Value, form: str) -> str:
    match value:
        case Deadline():
            return f"{value.deadline:g}"
        case Amount():
            return f"{value.amount:,.2f}".removesuffix(".00")
        case Words():
            return value.text
        case _:
            return value.shown(form)


class Refusal(StrEnum):
    """Why something may not be said."""

    INTERNAL = "internal"
    EXPIRED = "expired"
    NOT_CHECKED = "not_checked"
    CONTACT_NOT_VERIFIED = "contact_not_verified"


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether something may be said, and whether with "check before you go"."""

    refused: Refusal | None = None
    confirm: bool = False


def standing(record: Dated, kind: str, today: datetime.date, *, production: bool) -> Standing:
    """The rules of refusal, in one place, for facts and services."""
    if record.show == "internal":
        return Standing(Refusal.INTERNAL)
    if today > record.due(kind):
        return Standing(Refusal.EXPIRED)
    if record.verified:
        return Standing()
    if record.show == "after_check" or (kind == "contact" and record.stale_source()):
        return Standing(Refusal.NOT_CHECKED)
    if production and kind == "contact":
        return Standing(Refusal.CONTACT_NOT_VERIFIED)
    return Standing(confirm=True)


def quotes(text: str) -> Iterator[tuple[str, str]]:
    """What a text quotes: fact id and part ("" or ".statement")."""
    return ((m[1], m[2] or "") for m in QUOTE.finditer(text))


class Facts(Mapping[str, Fact]):
    """All facts by id."""

    def __init__(self, facts: Mapping[str, Fact]) -> None:
        self._facts = dict(facts)

    def __getitem__(self, fact: str) -> Fact:
        return self._facts[fact]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)

    def standing(self, fact: str, today: datetime.date, *, production: bool) -> Standing:
        """Whether a fact may be said on a day."""
        if fact in ALWAYS:
            return Standing()
        record = self._facts[fact]
        return standing(record, record.kind, today, production=production)
