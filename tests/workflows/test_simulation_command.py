"""`manage.py simulate_flow` as a process: it touches no configured database."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import Copies, Files
from tests.workflows.test_simulation import ROOT, SOURCE


@pytest.mark.faults
def test_the_command_needs_no_prepared_database_and_prints_one_json_document(
    tmp_path: Path,
) -> None:
    simulated(tmp_path, kept=None)


def test_the_command_works_on_a_copy_of_the_file_it_keeps_and_prints_one_json_document(
    tmp_path: Path, django_db_setup: None, copies: Copies
) -> None:
    """What a second run does: to migrate anew is the long part (`faults`)."""
    simulated(tmp_path, kept=copies.template if isinstance(copies, Files) else None)


def simulated(tmp_path: Path, kept: Path | None) -> None:
    if kept is not None:
        (tmp_path / "var").mkdir()
        shutil.copyfile(kept, tmp_path / "var" / "simulation.sqlite3")
    (tmp_path / "a.bpmn").write_text(SOURCE, "utf-8")
    scenarios = tmp_path / "s.json"
    scenarios.write_text(
        json.dumps({"scenarios": [{"id": "x", "file": "a.bpmn", "handlers": {"work": {}}}]})
    )
    untouched = tmp_path / "configured.sqlite3"
    surroundings = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "config.settings"),
        "VAR_DIR": str(tmp_path / "var"),
        "DATABASE_URL": f"sqlite:///{untouched}",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "simulate_flow", str(scenarios)],
        cwd=ROOT, env=surroundings, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["scenarios"][0]["open"] == [["a"]]
    assert not untouched.exists()
    if kept is not None:
        assert (tmp_path / "var" / "simulation.sqlite3").read_bytes() == kept.read_bytes()
