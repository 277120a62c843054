"""A walk through every page a person can reach by links, with what may be wrong on each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Error

from tests.browser import axe
from tests.browser.people import DESK, PHONE, Look, Person

LOOKS = (DESK, PHONE, Look(scheme="dark"), Look(width=375, height=812, elder=True))
ABBREVIATIONS = frozenset(
    {"PDF", "XLSX", "CSV", "ZIP", "SHA", "JPG", "JPEG", "PNG", "BPMN", "FEEL", "DOCX"}
)
OWN = re.compile(r"^/($|tasks/)")
NOT_WALKED = re.compile(r"^/(backstage|static|logout)/")

NAMELESS = """() => [...document.querySelectorAll('table.list')]
  .filter(t => t.tHead && t.tHead.rows[0].cells.length > 2)
  .flatMap(t => [...t.querySelectorAll('tbody td:not(.check, [colspan], [data-label])')])
  .filter(cell => cell.innerText.trim() && !cell.querySelector('a, button'))
  .map(cell => cell.closest('table').caption?.innerText + ': ' + cell.innerText.slice(0, 20))"""
"""A phone hides the headings of a list and shows each line as a card: what a cell is, its label says."""

LINKS = """() => [...document.querySelectorAll('a[href]')].filter(a => a.origin === location.origin && !a.hash)
  .map(a => a.pathname + a.search)"""

TEXTS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    const place = walker.currentNode.parentElement;
    if (place.closest('code, .code, .expression, kbd, pre, svg, script, style, textarea, [lang]:not(html)')) continue;
    if (place.checkVisibility()) texts.push(walker.currentNode.textContent);
  }
  return texts;
}"""

DRAWN = "() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn())))"
"""The page has heard of its new size: scripts are told of it in the next frame, not at once."""
STILL = 0.02
"""Layout shift a page may have while it comes; browsers call up to 0.1 good."""


@dataclass(frozen=True)
class Found:
    """One page of the walk: its address and everything that is wrong with it."""

    address: str
    faults: tuple[str, ...]


def shape(address: str) -> str:
    """Pages of one kind look alike: numbers and codes in the address do not make another kind."""
    path = re.sub(r"/(\d+|[A-Z0-9]{8,})(?=/|$)", "/#", urlsplit(address).path)
    return re.sub(r"/(jiaxing|mudanjiang)/[A-Za-z0-9]+(?=/|$)", "/city/code", path)


def untranslated(texts: list[str]) -> list[str]:
    """English words a Chinese page shows: no codes, no accounts, no usual abbreviations."""
    tokens = [token for text in texts for token in re.findall(r"[A-Za-z][\w@./-]*", text)]
    return [
        token
        for token in tokens
        if re.fullmatch(r"[A-Za-z]{3,}(-[a-z]+)?", token) and token.upper() not in ABBREVIATIONS
    ]


def faults(person: Person, status: int) -> Iterator[str]:
    """What is wrong with the page as it stands, in every light."""
    if status != 200:
        yield f"status {status}"
    english = untranslated(person.page.evaluate(TEXTS))
    if english:
        yield f"untranslated: {sorted(set(english))[:12]}"
    nameless = person.page.evaluate(NAMELESS)
    if nameless:
        yield f"cells without a label on the phone: {nameless[:4]}"
    moved = person.moved()
    if moved > STILL:
        yield f"moves by itself: {moved:.3f}"
    for look in LOOKS:
        person.page.evaluate(
            "elder => document.documentElement.classList.toggle('elder', elder)", look.elder
        )
        person.page.set_viewport_size({"width": look.width, "height": look.height})
        person.page.emulate_media(color_scheme=look.scheme)
        person.page.evaluate(DRAWN)
        found = axe.violations(person.page, ("serious", "critical"), rules_for(look))
        yield from (f"{look}: {one}" for one in found)
        if person.scrolls_sideways():
            yield f"{look}: scrolls sideways: {person.sticking_out()}"
    yield from person.problems
    person.problems.clear()


def rules_for(look: Look) -> tuple[str, ...]:
    """A page is looked at by every rule on the desk and on the phone; what the dark scheme and the
    elder mode change of it (colours; sizes), by the rules about that."""
    if look.scheme == "dark":
        return axe.COLOURS
    return axe.SIZES if look.elder else axe.RULES


def walk(person: Person, seen: set[str], own: str = "", most: int = 40) -> Iterator[Found]:
    """Visits one page of each shape not yet seen, starting at home, at most `most` of them.

    Home and tasks look different to each role: they are looked at once for each `own`.
    """
    waiting = ["/"]
    visited: set[str] = set()
    while waiting and len(visited) < most:
        address = waiting.pop(0)
        if shape(address) in visited or NOT_WALKED.match(address):
            continue
        visited.add(shape(address))
        try:
            answer = person.visit(address)
        except Error as error:
            if "Download is starting" in str(error):
                continue
            raise
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        waiting += person.page.evaluate(LINKS)
        kind = f"{shape(address)} {own}" if OWN.match(address) else shape(address)
        if kind in seen and answer.status == 200:
            continue
        seen.add(kind)
        yield Found(address, tuple(faults(person, answer.status)))
