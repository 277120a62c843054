"""The house as it runs: gunicorn and the worker as real processes on a prepared demo database."""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLES = (("migrate", "--verbosity", "0"), ("load_calendar",), ("load_packs",))
DEMO = ("load_demo", "--cases", "30")
READY_WITHIN = 60
"""Seconds the first page may take, processes starting included."""


def surroundings(folder: Path) -> dict[str, str]:
    """The environment of one house: everything it writes lies under `folder`."""
    fonts = os.environ.get("FONTS_DIR") or str(ROOT / "var" / "fonts")
    return {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{folder / 'house.sqlite3'}",
        "VAR_DIR": str(folder),
        "FONTS_DIR": fonts,
        "DEMO_MODE": "1",
        "SECRET_KEY": "only for the browser tests of one machine, thrown away with the folder",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


def manage(folder: Path, *words: str) -> str:
    """Runs one management command in the house; its standard output."""
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=surroundings(folder),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, f"manage.py {' '.join(words)}: {done.stderr[-2000:]}"
    return done.stdout


def prepare(folder: Path, filled: Path | None = None) -> Path:
    """The demo database and its files, made once a test run, whichever process comes first.

    `filled`: a database file that already has tables, calendar and packs.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ready = folder / "ready"
        if not ready.exists():
            shutil.rmtree(folder / "house", ignore_errors=True)  # what an aborted run left behind
            _furnish(folder / "house", filled)
            (folder / "accounts.json").write_text(
                manage(folder / "house", "demo_accounts", "--json")
            )
            ready.touch()
    return folder


def _furnish(folder: Path, filled: Path | None) -> None:
    folder.mkdir()
    if filled is None:
        for words in TABLES:
            manage(folder, *words)
    else:
        shutil.copyfile(filled, folder / "house.sqlite3")
    manage(folder, *DEMO)


@dataclass
class House:
    """One running copy of the prepared house."""

    folder: Path
    accounts: list[dict[str, str]]
    origin: str = ""
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def account(self, username: str) -> dict[str, str]:
        return next(one for one in self.accounts if one["username"] == username)

    def named(self, prefix: str) -> str:
        """The first user name that begins like this."""
        return next(one["username"] for one in self.accounts if one["username"].startswith(prefix))

    def holder(self, role: str, city: str = "jiaxing") -> dict[str, str]:
        """The first demo account with this role in this city."""
        return next(one for one in self.accounts if one["role"] == role and one["city"] == city)

    def start(self) -> None:
        """The socket listens before gunicorn starts, so that the first request waits for it."""
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        self.origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        environment = {**surroundings(self.folder), "PUBLIC_URL": self.origin}
        log = (self.folder / "processes.log").open("ab")
        server = [
            sys.executable,
            "-m",
            "gunicorn",
            "config.wsgi",
            "--bind",
            f"fd://{listener.fileno()}",
        ]
        server += ["--worker-class", "gthread", "--threads", "4", "--timeout", "60"]
        worker = [sys.executable, "manage.py", "worker", "--idle-seconds", "0.2"]
        for command in (server, worker):
            self.processes.append(
                subprocess.Popen(
                    command,
                    cwd=ROOT,
                    env=environment,
                    stdout=log,
                    stderr=log,
                    pass_fds=(listener.fileno(),),
                )
            )
        listener.close()
        with urllib.request.urlopen(f"{self.origin}/healthz", timeout=READY_WITHIN) as answer:
            assert answer.status == 200, self.log()

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(timeout=30)
        self.processes.clear()

    def log(self) -> str:
        """The last words of server and worker, for a failing test."""
        return (self.folder / "processes.log").read_text("utf-8", "replace")[-4000:]


def copy(prepared: Path, folder: Path) -> House:
    """A copy of the prepared house that tests may change."""
    shutil.copytree(prepared / "house", folder)
    return House(folder, json.loads((prepared / "accounts.json").read_text("utf-8")))
