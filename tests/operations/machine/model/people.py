"""Who is who in the machine's city, and which posts act as which role; plain data."""

from __future__ import annotations

ORGANS = ("north", "south", "dept", "bureau", "watch")

PEOPLE: dict[str, tuple[tuple[str, str], ...]] = {
    "a": (("applicant", "firm"),),
    "c1": (("county_officer", "north"),),
    "c2": (("county_officer", "north"),),
    "cl": (("county_leader", "north"),),
    "south": (("county_officer", "south"),),
    "d1": (("department_officer", "dept"),),
    "d2": (("department_officer", "dept"),),
    "d3": (("department_officer", "dept"),),
    "d4": (("department_officer", "dept"),),
    "d5": (("department_officer", "dept"),),
    "i1": (("intake", "bureau"),),
    "i2": (("intake", "bureau"),),
    "r1": (("reviewer", "bureau"),),
    "r2": (("reviewer", "bureau"),),
    "bl": (("bureau_leader", "bureau"),),
    "b2": (("bureau_leader", "bureau"), ("reviewer", "bureau")),
    "watcher": (("discipline", "watch"),),
    "f1": (("flow_admin", "bureau"),),
    "f2": (("flow_admin", "bureau"),),
}
"""`south` is the stranger: a county officer without any part in the case."""

MEMBERS = ("d1", "d2", "d3")
"""The panel's diagram names them."""

ACTS_AS = {
    "county": {"county_officer", "county_leader"},
    "department": {"department_officer"},
    "intake": {"intake"},
    "reviewer": {"reviewer"},
    "bureau_leader": {"bureau_leader"},
    "applicant": {"applicant"},
}
"""A step's role → the posts that may act in it; any other word is a post itself."""

OFFICIALS = tuple(name for name in PEOPLE if name not in {"a", "watcher", "f1", "f2"})
SILENT = frozenset({"applicant", "discipline", "flow_admin"})
"""Posts that hold no seat of an office."""


def posts_at(person: str, organ: str) -> list[str]:
    return [role for role, where in PEOPLE[person] if where == organ]


def acts_as(person: str, role: str, organ: str) -> bool:
    fitting = ACTS_AS.get(role, {role})
    return any(post in fitting for post in posts_at(person, organ))
