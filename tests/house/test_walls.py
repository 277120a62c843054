"""Rules of the house that no other tool checks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (
    "clock",
    "journal",
    "jobs",
    "organizations",
    "workflows",
    "documents",
    "approvals",
    "config",
    "setup",
    "benchmarks",
)
SOURCES = sorted(
    path
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
class TestEveryFile:
    def test_is_short(self, path: Path) -> None:
        lines = path.read_text("utf-8").count("\n")
        assert lines <= 400, f"{path} has {lines} lines: split it"

    def test_has_short_functions(self, path: Path) -> None:
        long = [
            f"{function.name} ({function.end_lineno - function.lineno + 1} lines)"
            for function in functions(ast.parse(path.read_text("utf-8")))
            if function.end_lineno - function.lineno + 1 > 50
        ]
        assert not long

    def test_imports_at_the_top(self, path: Path) -> None:
        """But for AppConfig.ready, where Django does not allow it."""
        hidden = [
            f"line {node.lineno} in {function.name}"
            for function in functions(ast.parse(path.read_text("utf-8")))
            if function.name != "ready"
            for node in ast.walk(function)
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        assert not hidden

    def test_takes_the_time_from_the_clock(self, path: Path) -> None:
        if path.parts[-2] == "clock":
            return
        wrong = re.findall(
            r"timezone\.now\(|datetime\.now\(|date\.today\(|datetime\.today\(|utcnow\(",
            path.read_text("utf-8"),
        )
        assert not wrong, "ask clock.now() or clock.today()"


def test_no_python_names_a_program() -> None:
    """A program is data: a new one needs no code (ADR 1)."""
    codes = {path.stem for path in (ROOT / "policies").glob("*/programs/*.yaml")}
    assert codes, "no programs found: the rule would test nothing"
    pattern = re.compile(rf"\b({'|'.join(sorted(map(re.escape, codes)))})\b")
    naming = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in SOURCES
        if "benchmarks" not in path.parts
        for line in _code_lines(path)
        if (found := pattern.search(line))
    ]
    assert not naming


def _code_lines(path: Path) -> list[str]:
    """String constants and names of the code, without comments and docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    documentation = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in documentation
    ]


def test_names_are_the_fields_words() -> None:
    forbidden = re.compile(r"(^|_)(misc|helpers|utils|common|manager|data2|item)(_|$)")
    named = [str(path.relative_to(ROOT)) for path in SOURCES if forbidden.search(path.stem)]
    assert not named


OWNERS = {
    "phase": "workflows",
    "blocked_reason": "workflows",
    "is_open": "workflows",
    "material_version": "workflows",
}
"""Columns that say where a case stands, and the one package that may write them."""


def test_a_status_has_one_writer() -> None:
    writers = [
        f"{path.relative_to(ROOT)}:{node.lineno} writes {target.attr}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute)
        and target.attr in OWNERS
        and path.relative_to(ROOT).parts[0] != OWNERS[target.attr]
    ]
    assert not writers
