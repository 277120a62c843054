"""Prints docs/kinds.md from the register: `python -m tests.notices.kinds_page`."""

from __future__ import annotations

import os
from pathlib import Path

import django
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
if not apps.ready:
    django.setup()

from approvals.notices.kinds import Kind, all_kinds

PAGE = Path(__file__).resolve().parents[2] / "docs" / "kinds.md"

HEAD = """# Kinds of paper: D00 to D24

Printed from `approvals/notices/kinds.yaml` by `python -m tests.notices.kinds_page`; a test holds it current. The wording is
the city's: `policies/<city>/notices/<template>.yaml` (one kind may have several), its sample facts `samples/notices.yaml`.
What a paper looks like: [gallery.md](gallery.md). How a template is changed by an office: [templates.md](templates.md).

| code | kind | paper | 文种 | format | to | annex | public | seal | remedy | basis | readers | print room | made by |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
"""


def kinds_page() -> str:
    """docs/kinds.md."""
    rows = "".join(_row(kind) for kind in all_kinds().values())
    common = next(kind for kind in all_kinds().values() if kind.about == "organ").common
    case = next(kind for kind in all_kinds().values() if kind.about == "case").common
    shared = [
        "\n## Fields every template may name\n",
        _fields(common),
        "\nAbout a case, besides:\n",
        _fields(case[len(common) :]),
    ]
    own = "".join(_own(kind) for kind in all_kinds().values())
    return HEAD + rows + "\n".join(shared) + "\n## Facts of each kind\n" + TYPES + own


TYPES = """
Types: text; day (ISO); range (two days); integer; money (exact yuan as text: `amount` is named `{amount_text}` 77.4万元, `{amount_capitals}`
柒拾柒万肆仟元整, `{amount_yuan}` 774000.00); rows (texts, so many cells each). `?` = may be empty, `!` = every template must name
it. Kinds of a program take the fields of `TEXT_FIELDS` and `ROW_FIELDS` (approvals/programs/notices.py) and of its form.
"""


def _row(kind: Kind) -> str:
    cells = [
        kind.code,
        f"`{kind.key}`",
        kind.name,
        kind.genre,
        ", ".join(kind.formats),
        kind.to,
        kind.annex or "–",
        "yes" if kind.public else "no",
        kind.seal,
        "yes" if kind.remedy else "–",
        "yes" if kind.needs_basis else "–",
        ", ".join(sorted(kind.readers)),
        "–" if kind.online else "yes",
        kind.made_by,
    ]
    return "| " + " | ".join(cells) + " |\n"


def _fields(fields) -> str:
    return "\n".join(f"- `{{{field.name}}}` {field.label}" for field in fields)


def _own(kind: Kind) -> str:
    if kind.is_of_a_program:
        return f"\n- **{kind.code} `{kind.key}`**: of its program; needs {', '.join(kind.needs)}"
    facts = [
        f"`{one.name}` {one.label} ({one.type}{'?' if one.optional else ''}"
        f"{'!' if set(one.names) & set(kind.needs) else ''})"
        for one in kind.own
    ]
    facts += [
        f"`{rows.name}` {rows.label} (rows of {rows.columns}{'!' if rows.name in kind.needs else ''})"
        for rows in kind.rows
    ]
    return f"\n- **{kind.code} `{kind.key}`**: " + "; ".join(facts)


if __name__ == "__main__":
    PAGE.write_text(kinds_page(), "utf-8")
