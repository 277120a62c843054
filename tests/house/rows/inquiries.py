"""Rows of the permission table: inquiries, and the things they name."""

from __future__ import annotations

from typing import Any

import clock
from approvals.inquiries import services
from approvals.inquiries.models import SitePhoto
from approvals.inquiries.services.site_checks import Visit
from tests.house.table import Route, Told, Who, own, seat

ROUTES: dict[str, Route] = {
    "inquiries:ask": seat(
        "GET POST", "Ask the applicant about a field, a file or the case.", "office's task"
    ),
    "inquiries:consult": seat(
        "GET POST", "Ask another organ for its opinion by letter.", "office's task"
    ),
    "inquiries:site_check": seat("GET POST", "Record a visit on the spot.", "office's task"),
    "inquiries:withdraw_question": seat("POST", "Take an unanswered question back.", "question"),
    "inquiries:answer": own("GET POST", "question", "Answer a question in place."),
    "inquiries:photo": Route(
        "GET", Who.OFFICES, "A photograph of a visit.", "photograph", Told.NOT_FOUND
    ),
    "inquiries:letters": Route("GET", Who.PEOPLE, "Letters to one's organs."),
    "inquiries:letter": Route(
        "GET POST", Who.CONSULTED, "A letter and its reply slip.", "letter", Told.NOT_FOUND
    ),
    "inquiries:letter_paper": Route(
        "GET", Who.CONSULTED, "The letter as a paper.", "letter", Told.NOT_FOUND
    ),
    "inquiries:wordings": Route("GET POST", Who.PEOPLE, "Wordings for opinions."),
    "inquiries:remove_wording": Route("POST", Who.PEOPLE, "Remove one's own wording.", "wording"),
}


def prepare(house: Any) -> None:
    """A question, a letter and a visit of the running case, and an office's wording."""
    task, _insiders = house.tasks["open county"]
    officer = house.people["nanhu_officer"]
    given = {"actor": officer, "expected_version": 1}
    house.things["question"] = services.ask(
        task.pk, **given, key="house-question", target="case", text="租期到何时？"
    )
    house.things["letter"] = services.consult(
        task.pk,
        **given,
        key="house-letter",
        organ=house.city.organ("natural_resources_bureau"),
        text="请提出意见。",
        sections=[],
    )
    visit = Visit(clock.today(), "园区", ("甲", "乙"), "丙", (), "相符")
    check = services.record_site_check(task.pk, **given, key="house-visit", visit=visit)
    house.things["photograph"] = SitePhoto.objects.create(
        visit=check, name="a.png", sha256="0" * 64, path="none", media_type="image/png", size=1
    )
    house.things["wording"] = services.keep_wording(
        task.organ, by=officer, title="同意", text="经审核，同意推荐。", shared=True
    )


def doors(house: Any, name: str) -> list[tuple[str, dict[str, Any], set[str], bool]]:
    """(title, kwargs, insiders, fits) of this slice's routes about its own things."""
    task, insiders = house.tasks["open county"]
    case = house.cases["running"]
    question = house.things["question"].pk
    if ROUTES[name].about == "office's task":
        return [
            (f"{title} task", {"pk": of.pk}, set(who), title == "open county")
            for title, (of, who) in house.tasks.items()
            if title not in {"correction", "expert"}
        ]
    found: dict[str, tuple[str, dict[str, Any], set[str], bool]] = {
        "inquiries:withdraw_question": (
            "open county task",
            {"pk": task.pk, "question": question},
            set(insiders),
            True,
        ),
        "inquiries:answer": (
            "open question",
            {"pk": case.pk, "question": question},
            {"applicant"},
            True,
        ),
        "inquiries:photo": (
            "lost photograph",
            {"pk": case.pk, "photo": house.things["photograph"].pk},
            set(house.readers["running"]) - {"applicant"},
            False,
        ),
        "inquiries:letter": (
            "open letter",
            {"pk": house.things["letter"].pk},
            {"consulted_department"},
            True,
        ),
        "inquiries:letter_paper": (
            "letter of a county, without paper",
            {"pk": house.things["letter"].pk},
            {"consulted_department"},
            False,
        ),
        "inquiries:remove_wording": (
            "office wording",
            {"pk": house.things["wording"].pk},
            set(house.people),
            True,
        ),
    }
    return [found[name]]
