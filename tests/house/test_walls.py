"""Rules of the house that no other tool checks."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.halves import length

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (
    "clock",
    "prepared",
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


def everywhere(finding: Callable[[Path], list[str]]) -> list[str]:
    """What a rule finds in all source files, with the file."""
    return [f"{path.relative_to(ROOT)}: {found}" for path in SOURCES for found in finding(path)]


def test_files_are_short() -> None:
    def too_long(path: Path) -> list[str]:
        lines = path.read_text("utf-8").count("\n")
        return [f"{lines} lines"] if lines > 400 else []

    assert not everywhere(too_long)


def test_functions_are_short() -> None:
    def too_long(path: Path) -> list[str]:
        lengths = {
            f"{function.name} at line {function.lineno}": function.end_lineno - function.lineno + 1
            for function in functions(ast.parse(path.read_text("utf-8")))
        }
        return [f"{name}: {lines} lines" for name, lines in lengths.items() if lines > 50]

    assert not everywhere(too_long)


def test_imports_stand_at_the_top() -> None:
    """But for AppConfig.ready, where Django does not allow it; benchmarks set Django up first."""

    def hidden(path: Path) -> list[str]:
        return [
            f"line {node.lineno} in {function.name}"
            for function in functions(ast.parse(path.read_text("utf-8")))
            if function.name != "ready" and "benchmarks" not in path.parts
            for node in ast.walk(function)
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]

    assert not everywhere(hidden)


def test_the_time_comes_from_the_clock() -> None:
    asking = re.compile(r"timezone\.now\(|datetime\.now\(|date\.today\(|datetime\.today\(|utcnow\(")

    def elsewhere(path: Path) -> list[str]:
        free = path.parts[-2] == "clock" or "benchmarks" in path.parts
        return [] if free else asking.findall(path.read_text("utf-8"))

    assert not everywhere(elsewhere)


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


def test_what_takes_minutes_begins_first(request: pytest.FixtureRequest) -> None:
    """Else one worker ends alone with the longest module."""
    lengths = [length(item) for item in request.session.items]
    assert lengths == sorted(lengths)
