"""One logging pipeline: a constant event name and ids. Never text, phone, name or token, at any level (R35).

Standard-library records of other packages go through the same pipeline; their messages are not ours to vouch for, so only
their logger, level and a warning's first word are kept. `docs/data.md` lists every event.
"""

import logging
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

# What a log line may carry besides event, level and time. A key that is not here is dropped and named.
ALLOWED = frozenset(
    {
        "alarm", "attempt", "attempts", "case", "channel", "code", "conversation", "count", "dialect", "entry", "error",
        "event", "exception", "file", "flow", "host", "inbox", "key", "kind", "lane", "level", "line", "logger", "loop", "ms",
        "operator", "our_fault", "outbox", "part", "path", "port", "reason", "retry", "risk", "role", "route", "seconds",
        "state", "status", "step", "subject", "timestamp", "topic", "version", "waiting", "where", "worker",
    }
)  # fmt: skip

_QUIET = (
    "httpx",
    "httpcore",
    "twilio",
    "telegram",
    "apprise",
    "asyncio",
    "urllib3",
    "aiosqlite",
    "sqlalchemy",
    "alembic",
)


def _only_allowed(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    dropped = [key for key in event if key not in ALLOWED and not key.startswith("_")]
    for key in dropped:
        del event[key]
    if dropped:
        event["error"] = "log_keys_dropped:" + ",".join(sorted(dropped))
    return event


def _foreign(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """A record of another package: say that it spoke and how loud, not what it said."""
    if event.get("_from_structlog"):
        return event
    record: logging.LogRecord | None = event.get("_record")
    kept: dict[str, Any] = {
        key: event[key] for key in ("_record", "_from_structlog", "timestamp", "level", "logger") if key in event
    }
    kept["event"] = "library_log"
    if record is not None and record.exc_info and record.exc_info[0]:
        kept["error"] = record.exc_info[0].__name__
    return kept


def _exception_place(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Where and what kind, never the exception's text: it may quote what she wrote."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if info and info[0]:
        places = []
        trace = info[2]
        while trace is not None:
            code = trace.tb_frame.f_code
            places.append(f"{code.co_filename.rsplit('/', 2)[-1]}:{trace.tb_lineno}:{code.co_name}")
            trace = trace.tb_next
        event["error"] = info[0].__name__
        event["where"] = " < ".join(reversed(places[-4:]))
    return event


def configure(level: str = "INFO", *, human: bool = False) -> None:
    """Set up logging for this process, once. `human` prints for a terminal instead of JSON lines."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _exception_place,
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()) if human else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                _foreign,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _only_allowed,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers[:] = []
        logger.propagate = name != "uvicorn.access"
    logging.getLogger("uvicorn.access").disabled = True


def get(name: str) -> Any:
    """A logger for a module."""
    return structlog.stdlib.get_logger(name)
