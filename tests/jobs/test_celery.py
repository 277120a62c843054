"""Celery wakes the outbox: a real broker and a real worker; a broker that is down harms nobody."""

from __future__ import annotations

import gc
import logging
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from celery.signals import worker_process_init
from django.db import transaction
from kombu import Connection

import clock
from jobs import celery, registry
from jobs.models import Job, State
from jobs.processes import YOUNG
from jobs.registry import register
from jobs.services import enqueue
from jobs.worker import run_due
from tests.browser.chromium import absent
from tests.databases import Copies, Files

ROOT = Path(__file__).resolve().parents[2]
BROKER = "amqp://guest:guest@127.0.0.1:5672//"
READY_WITHIN = 60
"""Seconds a worker's start may take on a busy machine."""
BEFORE_THE_BEAT = 20
"""Seconds in which only a message can have woken the worker: it runs without a beat."""

PROMISE = """
import sys
import django
django.setup()
from django.db import transaction
from jobs.services import enqueue
try:
    with transaction.atomic():
        batch = "00000000-0000-0000-0000-000000000000"  # of nobody
        enqueue("deliver_notifications", {"batch": batch}, key=sys.argv[1])
        if sys.argv[2] == "fails":
            raise ArithmeticError
except ArithmeticError:
    pass
"""


class Outbox:
    """A house of its own on an SQLite file, with a queue of its own on the machine's broker."""

    def __init__(self, folder: Path, filled: Path) -> None:
        self.folder = folder
        self.file = folder / "house.sqlite3"
        self.queue = f"test.{uuid.uuid4().hex}"
        shutil.copyfile(filled, self.file)

    def surroundings(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{self.file}",
            "VAR_DIR": str(self.folder),
            "BROKER_URL": BROKER,
            "BROKER_QUEUE": self.queue,
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }

    def promise(self, key: str, ending: str = "succeeds") -> None:
        words = [sys.executable, "-c", PROMISE, key, ending]
        subprocess.run(words, cwd=ROOT, env=self.surroundings(), check=True, timeout=READY_WITHIN)

    def states(self) -> dict[str, str]:
        with sqlite3.connect(self.file) as file:
            return dict(file.execute("SELECT key, state FROM jobs_job"))

    def waiting_messages(self) -> int:
        with Connection(BROKER) as broker:
            channel = broker.default_channel
            return int(
                channel.queue_declare(self.queue, durable=True, auto_delete=False).message_count
            )

    def remove_queue(self) -> None:
        with Connection(BROKER) as broker:
            broker.default_channel.queue_delete(self.queue)
            broker.default_channel.exchange_delete(self.queue)


def within(seconds: float, happens: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if happens():
            return True
        time.sleep(0.1)
    return happens()


@pytest.fixture(scope="module")
def outbox(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, copies: Copies
) -> Iterator[Outbox]:
    try:
        socket.create_connection(("127.0.0.1", 5672), timeout=2).close()
    except OSError:
        absent("RabbitMQ on 127.0.0.1:5672", "apt-get install rabbitmq-server starts one")
    if not isinstance(copies, Files):
        pytest.skip("the house of this test is an SQLite file")
    house = Outbox(tmp_path_factory.mktemp("outbox"), copies.filled)
    yield house
    house.remove_queue()


@pytest.fixture(scope="module")
def worker(outbox: Outbox) -> Iterator[None]:
    """`celery worker` with one process and no beat."""
    words = ["-m", "celery", "-A", "jobs.celery", "worker", "-c", "1", "--loglevel", "info"]
    log = outbox.folder / "celery.log"
    with log.open("wb") as out:
        started = subprocess.Popen(
            [sys.executable, *words], cwd=ROOT, env=outbox.surroundings(), stdout=out, stderr=out
        )
    try:
        assert within(READY_WITHIN, lambda: " ready." in log.read_text()), log.read_text()
        yield
    finally:
        started.terminate()
        started.wait(timeout=READY_WITHIN)


def test_what_is_promised_before_the_worker_starts_waits_in_table_and_broker(
    outbox: Outbox,
) -> None:
    outbox.waiting_messages()  # makes the queue, as the first worker does
    outbox.promise("early")
    outbox.promise("rolled back", "fails")
    assert outbox.waiting_messages() == 1
    assert outbox.states() == {"early": State.WAITING}


def test_a_commit_wakes_the_worker_and_a_rollback_does_not(outbox: Outbox, worker: None) -> None:
    assert within(BEFORE_THE_BEAT, lambda: outbox.states().get("early") == State.DONE)
    outbox.promise("kept")
    assert within(BEFORE_THE_BEAT, lambda: outbox.states().get("kept") == State.DONE)
    outbox.promise("rolled back", "fails")
    assert outbox.waiting_messages() == 0
    assert "rolled back" not in outbox.states()


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Payloads the handler of kind `note` has seen, in a registry of this test's own."""
    seen: list[int] = []
    monkeypatch.setattr(registry, "_registrations", {})
    register("note", lambda payload: seen.append(payload["n"]))
    return seen


@pytest.fixture
def unreachable(monkeypatch: pytest.MonkeyPatch, settings) -> Iterator[socket.socket]:
    """A broker that takes the connection and says nothing, at an address with a secret."""
    silent = socket.socket()
    silent.bind(("127.0.0.1", 0))
    silent.listen()
    settings.BROKER_URL = f"amqp://user:secret@127.0.0.1:{silent.getsockname()[1]}//"
    monkeypatch.setattr(celery, "app", celery._make_app(settings.BROKER_URL))
    monkeypatch.setattr(celery, "_down_until", 0.0)
    yield silent
    silent.close()


@pytest.mark.django_db(transaction=True)
def test_a_silent_broker_is_asked_once_and_the_jobs_stay(done, unreachable, caplog) -> None:
    with caplog.at_level(logging.WARNING, "jobs"):
        for number in range(3):
            enqueue("note", {"n": number})
    assert len(caplog.messages) == 1
    assert caplog.messages[0].endswith("waking failed (OperationalError)")
    unreachable.settimeout(0)
    unreachable.accept()
    with pytest.raises(BlockingIOError):
        unreachable.accept()
    assert (run_due(), done) == (3, [0, 1, 2])


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_hangs_up_is_not_tried_again_and_again(done, unreachable) -> None:
    """The client's own tries would hold the commit for seconds."""
    callers: list[socket.socket] = []

    def hang_up() -> None:
        while True:
            try:
                callers.append(unreachable.accept()[0])
            except OSError:
                return
            callers[-1].close()

    threading.Thread(target=hang_up, daemon=True).start()
    enqueue("note", {"n": 1})
    unreachable.shutdown(socket.SHUT_RDWR)
    assert len(callers) == 1
    assert celery.app is not None
    assert celery.app.conf.broker_connection_timeout == celery.PATIENCE
    assert (run_due(), done) == (1, [1])


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_came_back_is_asked_again(done, unreachable, monkeypatch, caplog) -> None:
    with caplog.at_level(logging.WARNING, "jobs"):
        enqueue("note", {"n": 1})
        monkeypatch.setattr(celery, "_down_until", time.monotonic() - 1)
        enqueue("note", {"n": 2})
    assert len(caplog.messages) == 2


@pytest.mark.django_db(transaction=True)
def test_only_what_is_due_wakes_somebody(done, monkeypatch, settings) -> None:
    settings.BROKER_URL = "memory://"
    woken: list[int] = []
    monkeypatch.setattr(celery, "send_wake", woken.append)
    with transaction.atomic():
        now = enqueue("note", {"n": 1})
        enqueue("note", {"n": 2}, run_at=clock.now() + timedelta(hours=1))
        assert woken == []
    assert woken == [now.pk]
    assert Job.objects.count() == 2


def test_a_workers_process_settles_when_it_is_born() -> None:
    """As Celery says it: a signal in each process of the pool."""
    before = gc.get_threshold()
    gc.set_threshold(700)
    try:
        worker_process_init.send(sender=None)
        assert gc.get_threshold()[0] == YOUNG
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def test_without_a_broker_nobody_imports_celery() -> None:
    asked = "import django, sys; django.setup(); sys.exit('celery' in sys.modules)"
    without = {**os.environ, "BROKER_URL": "", "DJANGO_SETTINGS_MODULE": "config.settings"}
    assert subprocess.run([sys.executable, "-c", asked], env=without, check=False).returncode == 0
    assert celery._make_app("") is None
