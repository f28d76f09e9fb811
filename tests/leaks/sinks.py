"""What a run left in every place that may not have a private value."""

import json
import logging
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

# Whose loggers the sieve resets: a process that ran before may have turned them down.
_LIBRARIES = ("boto3", "botocore", "urllib3")


class Sinks:
    """Places and what was found in them. A place may be added to more than once."""

    def __init__(self, planted: Mapping[str, str]) -> None:
        self._planted = planted
        self._places: dict[str, list[str]] = {}

    def add(self, place: str, content: object) -> None:
        """`content` is text, bytes, or whatever JSON can spell."""
        if isinstance(content, bytes):
            content = content.decode(errors="replace")
        text = content if isinstance(content, str) else json.dumps(content, default=repr)
        self._places.setdefault(place, []).append(text)

    def add_error(self, place: str, error: BaseException | None) -> None:
        """What a traceback, or a tracker that keeps arguments, would say of it and its causes."""
        if error:
            self.add(place, "".join(traceback.format_exception(error)))
        while error:
            self.add(place, repr(error))
            error = error.__cause__ or error.__context__

    @property
    def places(self) -> dict[str, int]:
        """How much was looked at, in characters."""
        return {place: sum(map(len, texts)) for place, texts in self._places.items()}

    def caught(self) -> list[str]:
        """The private values that lie in a place: `digits in log lines`."""
        return [
            f"{name} in {place}: …{_around(text, value)}…"
            for place, texts in self._places.items()
            for name, value in self._planted.items()
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
        # With all attributes: `extra` is among them, and what a JSON formatter would add.
        self._sinks.add("log records", f"{record.getMessage()} {record.__dict__}")


@contextmanager
def capture_output(sinks: Sinks, capture: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Everything said in the block, with the log level at DEBUG as the template allows."""
    handler, root = _Records(sinks), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    capture.readouterr()
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        said = capture.readouterr()
        sinks.add("standard output", said.out)
        sinks.add("standard error", said.err)


@contextmanager
def libraries_as_they_come() -> Iterator[None]:
    """The loggers of the libraries as in a new process, and afterwards as they were."""
    loggers = [logging.getLogger(name) for name in _LIBRARIES]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.NOTSET)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
