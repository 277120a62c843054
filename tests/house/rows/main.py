"""Rows of the permission table: the main job."""

from __future__ import annotations

from tests.house.table import About, Route, Told, Who, own, public, seat

ROUTES: dict[str, Route] = {
    # doors
    "log_in": public("GET", "Choose a door."),
    "applicant_door": public("GET POST", "The applicants' door."),
    "staff_door": public("GET POST", "The offices' door."),
    "log_out": public("POST", "End one's session."),
    "set_language": public("GET POST", "Choose the language (Django's own view)."),
    "display": public("POST", "Choose the elder mode."),
    "change_password": Route("GET POST", Who.PEOPLE, "Change one's own password."),
    "home": public("GET", "First page: what needs this person; open calls for a stranger."),
    "healthz": public("GET", "Is the process alive? No facts about the house."),
    "readyz": public("GET", "May it take traffic? Reasons without names."),
    # programs
    "programs:catalogue": public("GET", "Programs in force."),
    "programs:guide": public("GET", "What a program asks.", About.PROGRAM),
    "programs:check": public("GET POST", "Try one's figures; nothing is stored.", About.PROGRAM),
    # the applicant
    "applications:register": public("GET POST", "Register an applicant and its account."),
    "applications:list": Route("GET", Who.PEOPLE, "What one's organs filed or draft."),
    "applications:profile": Route("GET", Who.PEOPLE, "The organs one files for."),
    "applications:profile_edit": own("GET POST", About.PROFILE, "Change contacts and account."),
    "applications:new": Route(
        "GET POST",
        Who.PEOPLE,
        "Begin a draft; who files for no organ of the city is told so.",
        About.PROGRAM,
        posts=Who.FILERS,
    ),
    "applications:edit": own("GET POST", About.SECTION, "Fill one page of a draft."),
    "applications:discard": own("POST", About.DRAFT, "Give a draft up."),
    "applications:files": own("GET POST", About.DRAFT, "Upload material."),
    "applications:remove": own("POST", About.DRAFT_FILE, "Take a file off the list."),
    "applications:check": own("GET", About.DRAFT, "Check one's answers before filing."),
    "applications:submit": own("POST", About.DRAFT, "File."),
    "applications:receipt": own("GET", About.FILED, "The receipt."),
    "applications:correct": own("GET POST", About.CORRECTION, "Answer a request for corrections."),
    "applications:withdraw": own("GET POST", About.FILED, "Take the case back."),
    "applications:case": Route("GET", Who.READERS, "The status page.", About.CASE, Told.NOT_FOUND),
    "applications:download": Route(
        "GET", Who.READERS, "One file of the material.", About.FILE, Told.NOT_FOUND
    ),
    "decisions:paper": Route(
        "GET", Who.READERS, "The decision's PDF.", About.DECISION, Told.NOT_FOUND
    ),
    # reviewers
    "reviews:task": seat(
        "GET POST", "Read the material; decide. Who may not act (403) still reads."
    ),
    "reviews:claim": seat("POST", "Take a task out of the office's queue."),
    "reviews:release": seat("POST", "Put one's own back.", About.HELD),
    "reviews:run_forward": seat("POST", "End a term early; only in a demo.", About.PUBLICITY),
    "decisions:draft": seat("GET", "The draft before a signature.", About.SIGNATURE),
    # the register and the public check
    "documents:register": Route("GET", Who.REGISTER, "The register of numbers."),
    "documents:register_workbook": Route("GET", Who.REGISTER, "The same as a workbook."),
    "documents:register_volume": Route(
        "GET", Who.REGISTER, "A printed volume of one series; another city's is a 404."
    ),
    "documents:verify": public("GET POST", "Ask for a verification code."),
    "documents:verify_file": public("POST", "Is this file the one on file? Nothing is kept."),
    "documents:verify_code": public(
        "GET POST", "What the register says about a code, the holder masked.", About.CODE
    ),
    # administrators
    "people": Route("GET", Who.ADMINISTRATORS, "Accounts of one's cities."),
    "person": Route(
        "GET",
        Who.ADMINISTRATORS,
        "One account and its posts; another city's is a 404.",
        About.PERSON,
    ),
    "organs": Route("GET", Who.ADMINISTRATORS, "Organs of one's cities."),
    "administration:overview": Route("GET", Who.ADMINISTRATORS, "Packs, flows, calendar, faults."),
    "administration:flow": Route("GET", Who.ADMINISTRATORS, "A flow as drawn.", About.FLOW),
    "administration:jobs": Route("GET", Who.ADMINISTRATORS, "Jobs that were given up."),
    "administration:retry_job": Route(
        "POST", Who.FLOW_ADMINS, "Give a job new attempts.", About.JOB
    ),
    "administration:blocked": Route("GET", Who.ADMINISTRATORS, "Parked cases of one's cities."),
    "administration:case": Route(
        "GET POST",
        Who.ADMINISTRATORS,
        "Where a case of one's cities stands; a flow administrator proposes to retry, skip or move.",
        About.BLOCKED,
        Told.NOT_FOUND,
        Who.ADMINISTRATORS,
        Who.FLOW_ADMINS,
    ),
    "administration:case_facts": Route(
        "GET",
        Who.ADMINISTRATORS,
        "Its course for the diagram: organs, no persons.",
        About.BLOCKED,
        Told.NOT_FOUND,
    ),
    "administration:send_back": Route(
        "POST",
        Who.FLOW_ADMINS,
        "Return a case to a step it has passed, with the reason.",
        About.BLOCKED,
        Told.NOT_FOUND,
        Who.ADMINISTRATORS,
    ),
    "administration:confirm": Route(
        "POST",
        Who.MENDERS,
        "A second person confirms the proposal.",
        About.BLOCKED,
        Told.NOT_FOUND,
        Who.ADMINISTRATORS,
    ),
    "administration:decline": Route(
        "POST",
        Who.MENDERS,
        "Withdraw or decline the proposal.",
        About.BLOCKED,
        Told.NOT_FOUND,
        Who.ADMINISTRATORS,
    ),
    "administration:flow_source": Route(
        "GET", Who.ADMINISTRATORS, "A flow's file as loaded.", About.FLOW
    ),
    "administration:flow_findings": Route(
        "GET", Who.ADMINISTRATORS, "What the checks find in a flow, for the diagram.", About.FLOW
    ),
    "applications:flow_source": Route(
        "GET", Who.READERS, "The diagram of the case's version.", About.FILED, Told.NOT_FOUND
    ),
    "applications:flow_facts": Route(
        "GET",
        Who.READERS,
        "Who and when by step; persons for the offices only.",
        About.FILED,
        Told.NOT_FOUND,
    ),
    "admin:*": Route(
        "GET POST",
        Who.STAFF,
        "Django's back stage, every page; our models are read-only.",
        others=Told.LOGIN,
    ),
}
