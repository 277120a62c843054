"""A message from outside: `manage.py deliver_message NAME [--data JSON] [--case NUMBER]`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from organizations.json_texts import JsonError, parse_json
from workflows import beginnings, messages
from workflows.models import Process


class Command(BaseCommand):
    help = (
        "Delivers a message to one waiting case (--case: its process number), or begins a case of "
        "every flow that starts with it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the name of the bpmn:message")
        parser.add_argument("--data", default="{}", help="variables as a JSON object")
        parser.add_argument("--case", type=int, help="number of the process that waits")

    def handle(self, *arguments: Any, **options: Any) -> None:
        name, data = options["name"], _object(options["data"])
        if options["case"] is not None:
            self.stdout.write(_delivered(options["case"], name, data))
            return
        try:
            begun = beginnings.begin_by_message(name, data)
        except beginnings.NoOpenerError as error:
            raise CommandError(str(error)) from error
        if not begun:
            message = f'no flow starts with the message "{name}"; name a waiting case with --case'
            raise CommandError(message)
        for process in begun:
            self.stdout.write(f"process {process.pk} has begun")


def _object(text: str) -> dict[str, Any]:
    try:
        data = parse_json(text)
    except JsonError as error:
        message = f"--data is {error}"
        raise CommandError(message) from error
    if not isinstance(data, dict):
        message = '--data must be an object, e.g. {"amount": 5}'
        raise CommandError(message)
    return data


def _delivered(number: int, name: str, data: dict[str, Any]) -> str:
    process = Process.objects.filter(pk=number).first()
    if process is None:
        message = f"there is no process {number}"
        raise CommandError(message)
    step = messages.deliver(process, name, data)
    if step is None:
        message = f'process {number} does not wait for the message "{name}"; nothing has changed'
        raise CommandError(message)
    opened = ", ".join(task.element for task in step.opened) or "no further task"
    blocked = f"; blocked: {step.blocked}" if step.blocked else ""
    return f"process {number} has taken the message: {opened}{blocked}"
