"""What every page's frame needs: the places a person may go to, his posts, his unread
notifications and the elder mode.

Evaluated lazily and once a request: an answer without the frame (a file, a fragment) costs nothing,
a page costs a stranger no query and a logged-in person two (his positions, the bell).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from approvals.notifications.selectors import Bell, bell
from organizations.models import User
from organizations.permission_names import Permission
from organizations.positions import Position, positions
from organizations.roles import ROLE_PERMISSIONS, Role

ELDER_COOKIE = "elder"
"""Cookie of the elder mode (适老版): "1" asks for larger text and targets."""


@dataclass(frozen=True)
class Place:
    """A place of the main navigation; without permissions it is everybody's, also a stranger's."""

    address: str
    label: str
    permissions: frozenset[Permission] = frozenset()


PLACES = (
    Place(
        "/tasks/",
        gettext_noop("待办"),
        frozenset(
            {
                Permission.REVIEW_APPLICATION,
                Permission.RECOMMEND_APPLICATION,
                Permission.SCORE_APPLICATION,
            }
        ),
    ),
    Place("/applications/", gettext_noop("我的申报"), frozenset({Permission.FILE_APPLICATION})),
    Place("/programs/", gettext_noop("申报项目")),
    Place(
        "/meetings/",
        gettext_noop("会议"),
        frozenset(
            {Permission.PREPARE_MEETING, Permission.SIGN_DECISION, Permission.PRINT_DOCUMENT}
        ),
    ),
    Place("/supervision/", gettext_noop("督办"), frozenset({Permission.SUPERVISE_CASE})),
    Place(
        "/papers/",
        gettext_noop("公文"),
        frozenset({Permission.PROPOSE_DECISION, Permission.SIGN_DECISION}),
    ),
    Place("/print/", gettext_noop("打印室"), frozenset({Permission.PRINT_DOCUMENT})),
    Place("/print/seals/", gettext_noop("用印"), frozenset({Permission.KEEP_SEAL})),
    Place(
        "/templates/",
        gettext_noop("文书模板"),
        frozenset({Permission.EDIT_TEMPLATE, Permission.APPROVE_TEMPLATE}),
    ),
    Place(
        "/administration/",
        gettext_noop("系统管理"),
        frozenset({Permission.READ_ADMINISTRATION}),
    ),
    Place("/verify/", gettext_noop("公开核验")),
)


@dataclass(frozen=True)
class Link:
    """A place as this person sees it; `current` marks where the page belongs."""

    address: str
    label: str
    current: bool


@dataclass(frozen=True)
class Navigation:
    """The frame of one page for one person."""

    links: tuple[Link, ...]
    posts: tuple[str, ...]
    elder: bool
    at_home: bool
    bell: Bell


def navigation(request: HttpRequest) -> dict[str, object]:
    """Context processor; templates read `navigation.links`, `.posts`, `.elder`,
    `.at_home`, `.bell`."""
    return {"navigation": SimpleLazyObject(lambda: frame(request))}


def frame(request: HttpRequest) -> Navigation:
    """The frame for this request's user; no query for a stranger, one for a logged-in person,
    and one more when the bell is drawn."""
    held = positions(request.user) if request.user.is_authenticated else ()
    return Navigation(
        links=_links(request.path, held),
        posts=tuple(dict.fromkeys(str(Role(position.role).label) for position in held)),
        elder=request.COOKIES.get(ELDER_COOKIE) == "1",
        at_home=request.path == "/",
        bell=_bell(request.user, held),
    )


def _bell(user: User | AnonymousUser, held: tuple[Position, ...]) -> Bell:
    """Counted when the masthead asks for it, not before."""
    if not isinstance(user, User):
        return Bell(0)
    return cast(Bell, SimpleLazyObject(partial(bell, user, held)))


def _links(path: str, held: tuple[Position, ...]) -> tuple[Link, ...]:
    """The places his posts open. Object grants do not: they lead to single cases by their links."""
    may = {permission for position in held for permission in ROLE_PERMISSIONS[Role(position.role)]}
    return tuple(
        Link(place.address, _(place.label), path.startswith(place.address))
        for place in PLACES
        if not place.permissions or place.permissions & may
    )
