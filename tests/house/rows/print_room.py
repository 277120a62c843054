"""Rows of the permission table: the print room."""

from __future__ import annotations

from typing import Any

from documents.print_room import printing, sealing, serving
from documents.print_room.models import Purpose
from tests.house.table import About, Route, Who, paper

ROUTES: dict[str, Route] = {
    "documents:print_list": Route("GET", Who.PRINTERS, "What is to print."),
    "documents:make_batch": Route(
        "POST", Who.PRINTERS, "Put documents into one batch; another city's are a 404."
    ),
    "documents:print_batch": paper("GET", About.BATCH, "What a batch holds."),
    "documents:batch_pdf": paper("GET", About.BATCH, "The batch as one file."),
    "documents:print_document": paper(
        "GET POST", About.DOCUMENT, "One document and its paper; record a printing."
    ),
    "documents:renumber": paper(
        "POST", About.DOCUMENT, "Void a number with its reason and issue under the next one."
    ),
    "documents:retry": paper("POST", About.DOCUMENT, "Make a failed PDF again."),
    "documents:document_pdf": paper("GET", About.DOCUMENT, "The archived PDF."),
    "documents:job_pdf": paper("GET", "printing", "The copies of one printing."),
    "documents:spoil_copy": paper("GET POST", "printed copy", "Record a spoiled copy."),
    "documents:ask_for_seal": paper("POST", About.DOCUMENT, "Ask for the seal."),
    "documents:seal_register": Route("GET", Who.REGISTER, "The seal register."),
    "documents:act_on_seals": Route(
        "POST", Who.SEALERS, "Approve, decline or apply the chosen seals.", "act on seals"
    ),
    "documents:hand_over": paper("GET POST", About.DOCUMENT, "Hand copies over or post them."),
    "documents:deliveries": Route("GET", Who.PRINTERS, "What is being served, and overdue."),
    "documents:delivery": paper("GET POST", "delivery", "One hand-over; record its proof."),
    "documents:service_slip": paper("GET", "delivery", "The slip of service."),
    "documents:discrepancies": Route("GET", Who.REGISTER, "What does not add up."),
    "documents:reconcile_now": Route("POST", Who.PRINTERS, "Ask for a reconciliation now."),
}


def prepare(house: Any) -> None:
    """The decided case's notice: sealed by three people, posted to its addressee."""
    document, clerk = house.document, house.people["printing_office"]
    entry = sealing.ask(document.pk, by=clerk)
    sealing.approve(entry.pk, by=house.people["bureau_leader"])
    sealing.apply(entry.pk, by=house.people["seal_keeper"])
    addressee = next(
        line for line in printing.lines_of(document) if line.purpose == Purpose.ADDRESSEE
    )
    house.things["delivery"] = serving.hand_over(
        document.pk,
        purpose=Purpose.ADDRESSEE,
        recipient=addressee.recipient,
        method="in_person",
        by=clerk,
    )
    document.refresh_from_db()


def doors(house: Any, name: str) -> list[tuple[str, dict[str, Any], set[str], bool]]:
    """(title, kwargs, insiders, fits) of the routes about copies, printings and seals."""
    if name == "documents:act_on_seals":
        leaders = {"bureau_leader"}
        acts = {"approve": leaders, "decline": leaders, "apply": {"seal_keeper"}}
        return [(act, {"act": act}, who, True) for act, who in acts.items()]
    document = house.document
    pk = {
        "printing": document.print_jobs.get().pk,
        "printed copy": document.copies.get(purpose=Purpose.FILE).pk,
        "delivery": house.things["delivery"].pk,
    }[ROUTES[name].named]
    return [(ROUTES[name].named, {"pk": pk}, {"printing_office"}, True)]
