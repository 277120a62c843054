"""The file stage: bytes to a bounded element tree with the line of every start tag.

expat is used rather than lxml because libxml2 reports the line where a start tag *ends*, and issues
name the line where it begins. Nothing external is ever loaded: a DOCTYPE is refused by a scan of
the bytes, and again by the parser for encodings the scan does not see.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from workflows.bpmn.vocabulary import OURS

MAX_BYTES = 5 * 1024 * 1024
MAX_ELEMENTS = 20_000
MAX_DEPTH = 200
FORBIDDEN = ("<!DOCTYPE", "<!ENTITY")
DECLARED = re.compile(rb"""<\?xml[^>]{0,80}?encoding=["'](?P<name>[\w.-]{1,40})""")
DECLARATION = re.compile(
    r"""(?P<before>\A<\?xml[^>]{0,80}?encoding=["'])[\w.-]{1,40}(?P<after>["'])"""
)
MARKS = (
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"<\x00?\x00", "utf-16-le"),
    (b"\x00<\x00?", "utf-16-be"),
)
"""How a file begins, and what it is written in: a mark says more than the declaration."""
SEPARATOR = "\x1f"
"""Between namespace and name while parsing: no XML text holds it, a namespace may hold a blank."""
ENCODINGS = ("ascii", "utf-16-le", "utf-16-be")


class SourceError(Exception):
    """The file as a whole cannot be used: `code`, `line`, a message and the way out."""

    def __init__(self, code: str, line: int, message: str, hint: str) -> None:
        super().__init__(message)
        self.code, self.line, self.message, self.hint = code, line, message, hint


@dataclass(slots=True)
class Element:
    """One XML element; attributes by (namespace or "", local name)."""

    namespace: str
    name: str
    attributes: dict[tuple[str, str], str]
    line: int
    parent: Element | None = field(default=None, repr=False)
    children: list[Element] = field(default_factory=list, repr=False)
    text: str = ""

    def get(self, name: str, namespace: str = "") -> str | None:
        """An attribute's value, or None."""
        return self.attributes.get((namespace, name))

    def iterate(self) -> Iterator[Element]:
        """The element and everything inside it, in document order."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(element.children))

    def named(self, namespace: str, *names: str) -> list[Element]:
        """The children with one of these names."""
        return [c for c in self.children if c.namespace == namespace and c.name in names]

    def first(self, namespace: str, name: str) -> Element | None:
        """The first child of that name."""
        return next(iter(self.named(namespace, name)), None)


def ours(element: Element) -> dict[str, str]:
    """Our namespace's attributes by local name."""
    return {name: value for (ns, name), value in element.attributes.items() if ns == OURS}


def content_of(file: Path | bytes) -> bytes:
    """The bytes of a file on disk or of an upload, at most MAX_BYTES."""
    if isinstance(file, bytes):
        content = file
    else:
        try:
            with file.open("rb") as stream:
                content = stream.read(MAX_BYTES + 1)
        except OSError as error:
            reason = error.strerror or "unreadable"
            raise SourceError("B001", 1, f"the file cannot be read: {reason}", "") from error
    if len(content) > MAX_BYTES:
        raise SourceError(
            "B001",
            1,
            f"the file is larger than {MAX_BYTES // 1024 // 1024} MB",
            "split the flow into called processes",
        )
    return content


def text_of(content: bytes) -> str:
    """The text of a file that was read without a fault, saying of itself that it is UTF-8: it is
    kept as text and read again from UTF-8 bytes."""
    declared = DECLARED.match(content)
    encoding = declared["name"].decode("ascii") if declared else "utf-8-sig"
    for mark, name in MARKS:
        encoding = name if content.startswith(mark) else encoding
    text = content.decode(encoding)
    return DECLARATION.sub(r"\g<before>UTF-8\g<after>", text, count=1)


def tree(content: bytes) -> Element:
    """The root element; raises SourceError for whatever makes the file unusable."""
    _refuse_declarations(content)
    builder = _Builder()
    try:
        builder.parser.Parse(content, True)
    except expat.ExpatError as error:
        raise SourceError(
            "B003",
            error.lineno,
            f"not well-formed XML: {expat.ErrorString(error.code)} at column {error.offset + 1}",
            "open the file in a BPMN modeler and save it again as UTF-8",
        ) from error
    except (ValueError, LookupError) as error:  # an encoding expat cannot map
        raise SourceError(
            "B003", 1, f"not well-formed XML: {error}", "save the file as UTF-8"
        ) from error
    if builder.root is None:
        raise SourceError("B003", 1, "not well-formed XML: no element", "")
    return builder.root


def _refuse_declarations(content: bytes) -> None:
    for encoding in ENCODINGS:
        for word in FORBIDDEN:
            at = content.find(word.encode(encoding))
            if at >= 0:
                line = content.count("\n".encode(encoding), 0, at) + 1
                raise _declaration(word, line)


def _declaration(word: str, line: int) -> SourceError:
    return SourceError(
        "B002", line, f"{word[2:]} declarations are refused", "remove the declaration from the file"
    )


class _Builder:
    """Handlers that build the tree and stop at the first bound that is crossed."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=SEPARATOR)
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.root: Element | None = None
        self.current: Element | None = None
        self.elements = 0
        self.depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        self.depth += 1
        line = self.parser.CurrentLineNumber
        if self.elements > MAX_ELEMENTS:
            raise SourceError(
                "B004", line, f"more than {MAX_ELEMENTS:,} elements", "split the flow"
            )
        if self.depth > MAX_DEPTH:
            raise SourceError(
                "B004", line, f"elements are nested more than {MAX_DEPTH} deep", "flatten the flow"
            )
        named = {_split(name): value for name, value in attributes.items()}
        element = Element(*_split(tag), named, line, self.current)
        if self.current is None:
            self.root = element
        else:
            self.current.children.append(element)
        self.current = element

    def end(self, _tag: str) -> None:
        self.depth -= 1
        if self.current is not None:
            self.current = self.current.parent

    def characters(self, text: str) -> None:
        if self.current is not None:
            self.current.text += text

    def doctype(self, *_declaration_parts: object) -> None:
        raise _declaration("<!DOCTYPE", self.parser.CurrentLineNumber)


def _split(tag: str) -> tuple[str, str]:
    namespace, _, name = tag.rpartition(SEPARATOR)
    return namespace, name
