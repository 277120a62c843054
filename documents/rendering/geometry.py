"""GB/T 9704-2012 in millimetres: the square grid, and where the parts of the first page stand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

CHARACTERS, LINES = 28, 22
"""Of a full page (5.2.3)."""
CHARACTER = 156 / CHARACTERS
"""Width and height of a 3号 character."""
LINE = CHARACTER * 15 / 8
"""One line: the character and 7/8 of it (3.2); 22 of them fill 225 mm."""
LEADING_ABOVE = (LINE - CHARACTER) / 2
TYPE_AREA_TOP = 37.0
PAGE_TOP = TYPE_AREA_TOP - LEADING_ABOVE
"""The page's content begins half a leading above the type area."""
INK_TOP = 0.032
INK_BOTTOM = 0.031
"""Of the em: empty space above and below the ink of the title face's characters."""
HEAD_TOP = {"document": 35.0 + TYPE_AREA_TOP, "minutes": 35.0 + TYPE_AREA_TOP, "letter": 30.0}
HEAD_WIDTH = {"document": 152.0, "minutes": 140.0, "letter": 152.0}
LARGEST_HEAD = 16.5
NARROWEST_HEAD = 0.72
"""Long names are set narrower, as printers do, before they are set smaller."""
HEAD_PITCH = 1.3
"""Line height of several organs' names in a red head, in ems."""
MOST_HEAD = 60.0
"""mm for all names of a joint head: page 1 has to show text besides (7.3.3)."""
RULE_BELOW_NUMBER = 4.0
LETTER_RULE_BELOW_HEAD = 4.0
LETTER_RULE = 1.75
"""mm: the double rule's two lines and the gap, as letter.css draws it."""


CLOSER = (23, 24, 25)
"""Lines of a page where the signature would just not fit: GB/T 9704-2012, 7.3.5.4 lets the lines
come closer then; with more the text looks crowded."""


def pitch(lines: int) -> float:
    """Line height in mm with so many lines on a page."""
    return LINES * LINE / lines


@dataclass(frozen=True)
class Head:
    """Places of the first page's head, in mm from the top of the page's content."""

    size: float
    stretch: float
    """Width of a character in ems."""
    top: float
    rows: int
    """Grid lines that the head takes, up to and with the number's line."""
    rule: float
    signer_rows: int = 1
    below_rule: float | None = None
    """Of a letter: the number's line by its distance from the rule, off the grid (10.1)."""

    @property
    def signer_top(self) -> float:
        """Top of the first row of signers; the number is in line with the last."""
        return (self.rows - self.signer_rows) * LINE

    @property
    def height(self) -> float:
        """Up to the end of the last line before the title."""
        if self.below_rule is not None:
            return self.below_rule + self.signer_rows * LINE
        return self.rows * LINE

    @property
    def number_top(self) -> float:
        return (self.rows - 1) * LINE if self.below_rule is None else self.below_rule


def _head_size(form: str, names: list[str], suffix: str) -> tuple[float, float]:
    """Height of the characters in mm and their width in ems."""
    longest = max(len(name) for name in names) + (len(suffix) + 0.4 if len(names) > 1 else 0)
    single = longest + (len(suffix) if len(names) == 1 else 0)
    square = HEAD_WIDTH[form] / single
    size = min(LARGEST_HEAD, square / NARROWEST_HEAD, MOST_HEAD / HEAD_PITCH / len(names))
    return size, min(1.0, square / size)


def head(form: str, names: list[str], suffix: str, signer_rows: int = 1) -> Head:
    """The red head of a document, letter or minutes; several names stand below each other.

    Further rows of signers move the number down: it stands in line with the last (7.2.6). Of a
    letter `signer_rows` are the lines below the rule: number, and copy number with urgency.
    """
    size, stretch = _head_size(form, names, suffix)
    pitch = size * (HEAD_PITCH if len(names) > 1 else 1.0)
    box_top = HEAD_TOP[form] - INK_TOP * size - (pitch - size) / 2 - PAGE_TOP
    ink_bottom = box_top + pitch * len(names) - INK_BOTTOM * size - (pitch - size) / 2
    if form == "letter":
        rule = ink_bottom + LETTER_RULE_BELOW_HEAD
        number = rule + LETTER_RULE + CHARACTER * 7 / 8 - LEADING_ABOVE
        rows = math.ceil(number / LINE) + signer_rows
        return Head(size, stretch, box_top, rows, rule, signer_rows, number)
    rows = math.ceil((ink_bottom - LEADING_ABOVE) / LINE) + 2 + signer_rows
    rule = rows * LINE - LEADING_ABOVE + RULE_BELOW_NUMBER
    return Head(size, stretch, box_top, rows, rule, signer_rows)


def fits_first_page(head_rows: int, title_rows: int, addressees: str) -> bool:
    """Whether two lines of text follow the addressees on page 1; else they move to 版记 (7.3.2)."""
    kept_for_breaks = 0.5
    rows = math.ceil(width_in_characters(addressees) / (CHARACTERS - kept_for_breaks))
    above_title, above_addressees, text = 2, 1, 2
    return head_rows + above_title + title_rows + above_addressees + rows + text <= LINES


def width_in_characters(text: str) -> float:
    """Width in 3号 characters: ASCII takes half of one."""
    return sum(0.5 if character.isascii() else 1.0 for character in text)


IMPRINT_LINES = 28
"""Of 14 pt that 版记 holds: it stands on one page (7.4), whatever else is on it."""
_IMPRINT_CHARACTERS = {"named": 25, "printed": 19}
"""Of 14 pt in a line of 主送 and 抄送, and beside the day of printing."""


def imprint_lines(addressees: str, copies_to: str, printed_by: str) -> int:
    """Lines of 版记; each label has a line, continued behind its colon."""
    named, printed = _IMPRINT_CHARACTERS.values()
    parts = [(addressees, named), (copies_to, named), (printed_by, printed)]
    return sum(math.ceil(width_in_characters(text) / room) for text, room in parts)


@dataclass(frozen=True)
class Signature:
    """Indents, in characters from the right edge, of the organ's name and the date."""

    name: float
    date: float


LONGEST_NAME = 22
"""Characters of an organ's name that stand on one line of the signature."""
NAME_BESIDE_ANOTHER = 12
"""The same where two names, each under its seal, stand in a row (7.3.5.1)."""


def unsealed_signature(name: str, date: str) -> Signature:
    """GB/T 9704-2012, 7.3.5.2: name two in; date two right of the name's start, or two in."""
    name_width, date_width = width_in_characters(name), width_in_characters(date)
    if date_width > name_width:
        return Signature(date_width + 4 - name_width, 2)
    return Signature(2, name_width - date_width)


def sealed_signature(name: str, date: str) -> Signature:
    """7.3.5.1: date four in, the name centred above it (two in when it is too long for that)."""
    name_width, date_width = width_in_characters(name), width_in_characters(date)
    return Signature(max(1.0, 4 + (date_width - name_width) / 2), 4)


SEAL_WIDTH = 42.0


def seal_right(date: str) -> float:
    """Right edge of a seal centred on the date, in mm from the type area's right edge."""
    return (4 + width_in_characters(date) / 2) * CHARACTER - SEAL_WIDTH / 2


CERTIFICATE_TITLE = (10, 15)
"""Characters in a line of a certificate's title: as usual, and smaller where two lines do not hold
it (certificate.css)."""
_PLAQUE_MARGIN = 0.07  # of the height
_PLAQUE_TITLE, _PLAQUE_ORGAN, _PLAQUE_HOLDER = 0.24, 0.085, 0.06  # of the height, at most
_PLAQUE_LEAST = 0.02  # of the height: lettering is never smaller
_SLUG, _LARGEST_SLUG = 0.64, 20.0
"""Of a plaque's margin, and mm: the strip outside the frame that is not made, only read."""
_SLUG_LINES = 3
_BESIDE_MARK = 32.0
"""mm from the left edge of the frame: the signature's mark stands there (rendering.places)."""


_PLAQUE_INSIDE = 0.72
"""Of the height, between title above and day below, as plaque.css has them."""
_PLAQUE_TITLE_LINE, _PLAQUE_ORGAN_LINE, _PLAQUE_HOLDER_LINE = 1.4, 1.5, 1.6  # ems


PLAQUE_TITLE_LINES = 6
"""Of a plaque's title at most: three, but on a narrow plaque more."""
_PLAQUE_TITLE_USUAL, _PLAQUE_TITLE_READABLE = 3, 0.03  # lines, and of the height


def _plaque_title(width: int, height: int, lines: Sequence[str]) -> float:
    """Size in mm of a title in these lines: they take no more height than one line may."""
    inner = width - 4 * _PLAQUE_MARGIN * height
    longest = max(4.0, *map(width_in_characters, lines))
    return min(_PLAQUE_TITLE * height / len(lines), inner / longest)


def plaque_title_lines(width: int, height: int, ways: Sequence[Sequence[str]]) -> Sequence[str]:
    """Which of these ways to break a plaque's title, the fewest lines first: one that is not
    smaller than the holder's name, in three lines at most; else one that can be read."""
    sized = [(_plaque_title(width, height, way), way) for way in ways]
    usual = [one for one in sized if len(one[1]) <= _PLAQUE_TITLE_USUAL]
    for tried, least in ((usual, _PLAQUE_HOLDER), (sized, _PLAQUE_TITLE_READABLE)):
        for size, way in tried:
            if size >= least * height:
                return way
    return max(sized, key=lambda one: one[0])[1]


def _organ_height(height: int, frame: float, title: float, holders: list[str], lines: int) -> float:
    """What title and holder leave to each line of organs and day, in mm, leading left out; `title`
    is the size of its characters, times its lines."""
    holder = _PLAQUE_HOLDER * height
    rows = sum(math.ceil(width_in_characters(text) * holder / frame) for text in holders)
    inside = _PLAQUE_INSIDE * (1 - 2 * _PLAQUE_MARGIN) * height
    left = inside - _PLAQUE_TITLE_LINE * title - _PLAQUE_HOLDER_LINE * holder * rows
    return left / lines / _PLAQUE_ORGAN_LINE


def plaque(
    width: int, height: int, title: Sequence[str], organs: list[str], holders: list[str]
) -> dict[str, float]:
    """Sizes in mm of a plaque's lettering: the lines of the title as wide as the frame allows; the
    organs' lines as high as title and holders leave room for."""
    margin = _PLAQUE_MARGIN * height
    inner = width - 4 * margin
    longest = max(width_in_characters(organ) for organ in organs)
    title_size = _plaque_title(width, height, title)
    titled = title_size * len(title)
    room = _organ_height(height, width - 2 * margin, titled, holders, len(organs) + 1)
    slug = min(_SLUG * margin, _LARGEST_SLUG)
    return {
        "width": width,
        "height": height,
        "margin": margin,
        "slug": slug,
        "slug_line": slug / _SLUG_LINES,
        "slug_text": 0.6 * slug / _SLUG_LINES,
        "slug_bottom": -(margin + slug) / 2,
        "code_left": _BESIDE_MARK,
        "slug_left": _BESIDE_MARK + slug + 2,
        "title": title_size,
        "organ": min(_PLAQUE_ORGAN * height, inner / longest, max(room, _PLAQUE_LEAST * height)),
        "holder": _PLAQUE_HOLDER * height,
    }
