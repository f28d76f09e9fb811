"""The main module of a process that is killed: the function, warm, on a given clock.

It runs as a parent that has loaded all code and made no client, and forks a handler process for
each socket that it is sent: so a kill costs milliseconds, not the start of an interpreter.
A handler process composes what `bootstrap.warm` does, and serves runs as `app` does. Its clock, and
the dates of its objects by that clock, are the one difference: a life would else take hours.
"""

import json
import os
import socket
import struct
import sys
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, TextIO
from uuid import uuid4

import boto3
import botocore.session

import app  # noqa: F401  all that the function imports, loaded before the fork
from studio_export.errors import StudioExportError
from studio_export.export.exporter import Exporter
from studio_export.function.result import as_json, check
from studio_export.function.telemetry import Telemetry
from studio_export.settings import environment
from tests.protocol.kill.composition import Unleased, compose
from tests.protocol.kill.run_order import RunOrder
from tools.devkit.given_clock import GivenClock

_NUMBER = struct.Struct("!i")
_WAIT_SHARE = 0.02  # of each wait before a retry: a life has hundreds
_MODELS = ("service-2", "paginators-1", "endpoint-rule-set-1")
_TABLES = ("endpoints", "partitions", "_retry", "sdk-default-configuration")


def main() -> None:
    """Serve the factory: a socket requests a new process, a process id requests a wait for it."""
    channel = socket.socket(fileno=int(sys.argv[1]))
    aws = _loaded()
    while True:
        message, descriptors, _, _ = socket.recv_fds(channel, _NUMBER.size, 1)
        if not message:
            return
        if not descriptors:
            os.waitpid(_NUMBER.unpack(message)[0], 0)
            channel.sendall(_NUMBER.pack(0))
            continue
        pid = os.fork()
        if pid == 0:
            channel.close()
            _serve(socket.socket(fileno=descriptors[0]), aws)
            os._exit(0)
        os.close(descriptors[0])
        channel.sendall(_NUMBER.pack(pid))


def _loaded() -> boto3.Session:
    """Return a session that has loaded the models of S3 and DynamoDB: 140 ms, once."""
    aws = botocore.session.get_session()
    loader = aws.get_component("data_loader")
    for service in ("s3", "dynamodb"):
        for model in _MODELS:
            loader.load_service_model(service, model)
    for table in _TABLES:
        loader.load_data(table)
    return boto3.Session(botocore_session=aws)


def _serve(wire: socket.socket, aws: boto3.Session) -> None:
    """Read the environment, then one order a line; write one answer a line."""
    with wire, wire.makefile("r") as asked, wire.makefile("w") as answers:
        os.environ.update(json.loads(asked.readline()))
        clock, telemetry = GivenClock(wait_share=_WAIT_SHARE), Telemetry()
        composition = compose(environment(), clock, aws)
        _say(answers, {"ready": True})
        for line in asked:
            order = RunOrder(**json.loads(line))
            clock.set(datetime.fromisoformat(order.now))
            composition.dates.set(order.written)
            _say(answers, _answer(order, composition.exporter, telemetry))


def _answer(order: RunOrder, exporter: Exporter, telemetry: Telemetry) -> dict[str, Any]:
    """Do what `app.lambda_handler` does, with the given exporter."""
    if not order.lease:
        exporter = replace(exporter, checkpoints=Unleased(exporter.checkpoints))
    try:
        with telemetry.invocation({"id": "kills"}, "kills"):
            summary = exporter.export(None, owner=uuid4().hex, remaining_seconds=order.seconds)
            telemetry.report(summary, None)
        check(summary)
        return {"value": as_json(summary), "counts": asdict(summary.totals)}
    except StudioExportError as error:
        return {"error": f"{type(error).__name__}: {error}"}
    except Exception as error:  # noqa: BLE001  reported as a defect
        return {"fault": f"{type(error).__name__}: {error}"}


def _say(answers: TextIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
