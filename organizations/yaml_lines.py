"""Reads YAML and remembers on which line every value stands, for errors people can act on."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import yaml
from yaml.reader import ReaderError

Place = tuple[str | int, ...]
"""Where a value stands: keys and list positions from the root, e.g. ("organs", 3, "name")."""

_LONGEST: Final = 2_000_000
"""Characters; a policy file is far shorter, a bomb is not."""


_DEEPEST: Final = 100
"""Lists and mappings within one another: libyaml's composer would leave its stack beyond."""

_Loader = type[yaml.SafeLoader] | type[yaml.CSafeLoader]
_QUICK: Final[type[yaml.CSafeLoader] | None] = getattr(yaml, "CSafeLoader", None)
"""libyaml's, eight times as quick; None where PyYAML was built without it."""


class YamlError(ValueError):
    """The file cannot be read; `line` is where (1-based, 0 when unknown)."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def load_with_lines(path: Path) -> tuple[Any, dict[Place, int]]:
    """The file's data (plain types) and the line (1-based) of every key and list entry.

    The root's line stands under the empty place. Raises YamlError for an unreadable file, a
    syntax error, a doubled key or an alias (aliases make bombs, and no pack needs them), and
    OSError when the file is not there. What is wrong is told by PyYAML's own loader, which knows
    the line of everything.
    """
    text = _text(path)
    if _QUICK is not None:
        with suppress(yaml.YAMLError, YamlError):
            return _parsed(text, _QUICK)
    try:
        return _parsed(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(error.problem or str(error), _line(mark)) from error
    except ReaderError as error:
        before = text[: error.position]
        raise YamlError(error.reason, before.count("\n") + 1) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise YamlError(type(error).__name__, 0) from error


def _text(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        message = f"not UTF-8: {error.reason}"
        raise YamlError(message, 0) from error
    if len(text) > _LONGEST:
        message = f"longer than {_LONGEST} characters"
        raise YamlError(message, 0)
    return text


def _parsed(text: str, kind: _Loader) -> tuple[Any, dict[Place, int]]:
    _refuse_bombs(text, kind)
    loader: Any = kind(text)
    try:
        root = loader.get_single_node()
        lines: dict[Place, int] = {(): 1}
        return (None if root is None else _value(loader, root, (), lines)), lines
    finally:
        loader.dispose()


def _line(mark: Any) -> int:
    """1-based; 0 when the parser has no mark."""
    return 0 if mark is None else int(mark.line) + 1


def _refuse_bombs(text: str, kind: _Loader) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=kind):
        if isinstance(event, yaml.AliasEvent):
            message = f"alias *{event.anchor} is not allowed; write the value out"
            raise YamlError(message, _line(event.start_mark))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            message = f"more than {_DEEPEST} lists and mappings within one another"
            raise YamlError(message, _line(event.start_mark))


def _value(loader: Any, node: yaml.Node, place: Place, lines: dict[Place, int]) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node, place, lines)
    if isinstance(node, yaml.SequenceNode):
        entries = []
        for position, inner in enumerate(node.value):
            here = (*place, position)
            lines[here] = _line(inner.start_mark)
            entries.append(_value(loader, inner, here, lines))
        return entries
    return _scalar(loader, node)


def _scalar(loader: Any, node: yaml.Node) -> Any:
    """A day like 2026-02-31 reads like a day and is none: named like any other error."""
    try:
        return loader.construct_object(node, deep=True)
    except (ValueError, OverflowError) as error:
        message = f"unreadable value: {error}"
        raise YamlError(message, _line(node.start_mark)) from error


def _mapping(
    loader: Any, node: yaml.MappingNode, place: Place, lines: dict[Place, int]
) -> dict[Any, Any]:
    made: dict[Any, Any] = {}
    for key_node, inner in node.value:
        line = _line(key_node.start_mark)
        key = _scalar(loader, key_node)
        if not isinstance(key, str | int):
            message = f"a key must be a word or a whole number, not {key!r}"
            raise YamlError(message, line)
        if key in made:
            message = f"key {key!r} stands here twice"
            raise YamlError(message, line)
        here = (*place, key)
        lines[here] = line
        made[key] = _value(loader, inner, here, lines)
    return made
