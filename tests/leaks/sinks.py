"""Sinks: every place that must not contain a private value."""

import json
import logging
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

# Their loggers are reset, because an earlier test may have raised their levels.
_LIBRARIES = ("boto3", "botocore", "urllib3")


class Sinks:
    """The text of each place. A place may be added to more than once."""

    def __init__(self, canaries: Mapping[str, str], capture: pytest.CaptureFixture[str]) -> None:
        self._canaries = canaries
        self._capture = capture
        self._places: dict[str, list[str]] = {}

    def add(self, place: str, content: object) -> None:
        """Add text, bytes, or a value that JSON can represent."""
        if isinstance(content, bytes):
            content = content.decode(errors="replace")
        text = content if isinstance(content, str) else json.dumps(content, default=repr)
        self._places.setdefault(place, []).append(text)

    def add_error(self, place: str, error: BaseException | None) -> None:
        """Add the traceback and the representation of an error and its causes."""
        if error:
            self.add(place, "".join(traceback.format_exception(error)))
        while error:
            self.add(place, repr(error))
            error = error.__cause__ or error.__context__

    @contextmanager
    def capture_output(self) -> Iterator[None]:
        """Capture output and log records, at level DEBUG, which the template allows."""
        handler, root = _Records(self), logging.getLogger()
        before = root.level
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        self._capture.readouterr()
        try:
            yield
        finally:
            root.removeHandler(handler)
            root.setLevel(before)
            captured = self._capture.readouterr()
            self.add("standard output", captured.out)
            self.add("standard error", captured.err)

    @property
    def places(self) -> dict[str, int]:
        """Characters searched, by place."""
        return {place: sum(map(len, texts)) for place, texts in self._places.items()}

    def caught(self) -> list[str]:
        """Return each private value found, as `digits in log lines: …`."""
        return [
            f"{name} in {place}: …{_around(text, value)}…"
            for place, texts in self._places.items()
            for name, value in self._canaries.items()
            for text in texts
            if value in text
        ]


def _around(text: str, value: str) -> str:
    at = text.index(value)
    return text[max(0, at - 60) : at + len(value) + 20]


class _Records(logging.Handler):
    def __init__(self, sinks: Sinks) -> None:
        super().__init__(logging.DEBUG)
        self._sinks = sinks

    def emit(self, record: logging.LogRecord) -> None:
        # With all attributes: they include `extra`, which a JSON formatter adds.
        self._sinks.add("log records", f"{record.getMessage()} {record.__dict__}")


@contextmanager
def libraries_as_they_come() -> Iterator[None]:
    """Reset the loggers of the libraries as in a new process, then restore them."""
    loggers = [logging.getLogger(name) for name in _LIBRARIES]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.NOTSET)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
