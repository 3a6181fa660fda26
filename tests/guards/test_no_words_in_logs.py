"""Nothing of hers can come into a log line: event names are constants, keys are those allowed, and what other packages or
exceptions say is not repeated (R35). `docs/data.md` lists every event.
"""

import ast
import json
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

import bot.app  # noqa: F401 - so that every metric is registered
from bot import log
from bot.log import ALLOWED
from tests.support.logs import talkative

ROOT = Path(__file__).parents[2]
PATTERNS = ("bot/**/*.py", "content/**/*.py", "flows/**/*.py", "integrations/**/*.py", "nlu/*.py", "nlu/text/**/*.py")
LEVELS = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log", "msg"})
CANARY = "canario-zxqv +525599887766"


def sources() -> Iterator[tuple[str, ast.Module]]:
    for pattern in PATTERNS:
        for path in sorted(ROOT.glob(pattern)):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text("utf-8"))


def log_calls() -> Iterator[tuple[str, ast.Call]]:
    for name, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS:
                owner = node.func.value
                if isinstance(owner, ast.Name) and owner.id in ("_log", "logger", "logging", "log"):
                    yield f"{name}:{node.lineno}", node


def events() -> set[str]:
    return {str(call.args[0].value) for _, call in log_calls() if isinstance(call.args[0], ast.Constant)}


def test_every_event_name_is_a_constant_word() -> None:
    for where, call in log_calls():
        assert len(call.args) == 1, where
        first = call.args[0]
        assert isinstance(first, ast.Constant), f"{where}: the event name must be a constant"
        assert re.fullmatch(r"[a-z_]+", str(first.value)), f"{where}: {first.value!r}"


def test_log_calls_use_only_the_keys_that_are_allowed() -> None:
    for where, call in log_calls():
        keys = {keyword.arg for keyword in call.keywords}
        assert keys <= ALLOWED, f"{where}: {keys - ALLOWED}"


def test_nothing_prints_but_the_command_line() -> None:
    for name, tree in sources():
        calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "print"]
        assert not calls, f"{name}:{calls[0].lineno}: print"


def test_every_event_stands_in_the_catalogue() -> None:
    catalogue = (ROOT / "docs" / "data.md").read_text("utf-8")
    listed = set(re.findall(r"^\| `([a-z_]+)` \|", catalogue, re.MULTILINE))
    assert events() - listed == set(), "events without a line in docs/data.md"
    logged = {name for name in listed if not name.startswith("faro_")}
    assert logged - events() - {"library_log"} == set(), "lines in docs/data.md without an event"


def test_every_metric_stands_in_the_catalogue() -> None:
    catalogue = (ROOT / "docs" / "data.md").read_text("utf-8")
    listed = set(re.findall(r"^\| `(faro_[a-z_]+)` \|", catalogue, re.MULTILINE))
    real = {metric.name for metric in REGISTRY.collect() if metric.name.startswith("faro_")}
    assert real == listed


def written(capfd: pytest.CaptureFixture[str], speak: Callable[[], None]) -> list[dict[str, object]]:
    """The lines that the service's logging makes of what is said."""
    with talkative():
        speak()
    return [json.loads(line) for line in capfd.readouterr().err.splitlines()]


def test_key_that_is_not_allowed_is_dropped_and_named(capfd: pytest.CaptureFixture[str]) -> None:
    (line,) = written(capfd, lambda: log.get("test").info("something_happened", text=CANARY, conversation="c1"))
    assert CANARY not in json.dumps(line)
    assert line["conversation"] == "c1"
    assert line["error"] == "log_keys_dropped:text"


@pytest.mark.parametrize("name", ["httpx", "telegram.ext", "twilio.http_client", "sqlalchemy.engine", "a.new.library"])
def test_message_of_another_package_is_not_repeated(capfd: pytest.CaptureFixture[str], name: str) -> None:
    library = logging.getLogger(name)
    (line,) = written(capfd, lambda: library.error("could not send %s", CANARY, extra={"body": CANARY}))
    assert CANARY not in json.dumps(line)
    assert line["event"] == "library_log"


def test_exception_tells_where_and_what_kind_but_not_its_text(capfd: pytest.CaptureFixture[str]) -> None:
    def speak() -> None:
        try:
            try:
                raise KeyError(CANARY)
            except KeyError as inner:
                raise ValueError(CANARY) from inner
        except ValueError:
            log.get("test").exception("turn_failed", conversation="c1")
            logging.getLogger("a.library").exception(CANARY)

    ours, theirs = written(capfd, speak)
    assert CANARY not in json.dumps([ours, theirs])
    assert ours["error"] == "ValueError"
    assert "test_no_words_in_logs.py" in str(ours["where"])
