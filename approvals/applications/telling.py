"""What an applicant or a supervisor is told about the material and the acceptance of a case.

Always in the transaction of the act. A title names number and step and nobody's data; whoever
loses sight of the case loses the line.
"""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.applications.models import Application
from approvals.applications.rights import filers_of, supervisors_of
from approvals.notifications import kinds
from approvals.notifications.services import notify
from organizations.models import User

MATERIAL = "material"
DEFERRAL = "deferral"
ENDED = "case_ended"
ALARM = "acceptance_alarm"

ENDINGS = frozenset({"lapsed", "not_accepted"})
"""Ends that come without a decision's paper: the applicant is told why and what he may do."""


def tell_applicant(case: Application, kind: str, title: str, body: str = "", key: str = "") -> None:
    """Every person who files for the applicant; three statements."""
    _tell(filers_of(case.applicant), case, kind, title, body, key)


def tell_supervisors(case: Application, title: str, body: str, key: str = "") -> None:
    """The city's discipline officers and the bureau's leaders; three statements."""
    _tell(supervisors_of(case.city), case, ALARM, title, body, key)


def _tell(
    people: list[User], case: Application, kind: str, title: str, body: str, key: str
) -> None:
    link = reverse("applications:case", args=[case.pk])
    notify(people, kind=kind, title=title, body=body, link=link, key=key, case=case.stream)


def end_of_case(case: Application, verdict: str) -> None:
    """The applicant's default, or no acceptance: he reads it at once, with the way out."""
    if verdict not in ENDINGS:
        return
    named = {"number": case.number}
    broken = case.deferred_items.exclude(cancelled_at=None).first()
    if broken is not None:
        title = _("受理已撤销：容缺材料逾期未补齐（%(number)s）") % named
        body = _(
            "“%(label)s”至 %(day)s 未补齐，按承诺撤销受理并记入信用记录。可以备齐材料后重新申报。"
        )
        body %= {"label": broken.label, "day": broken.due_on.isoformat()}
    elif verdict == "lapsed":
        title = _("申请已终止：逾期未补正（%(number)s）") % named
        body = _("补正（修改）期限届满仍未提交，视为放弃本次申请。不影响再次申报。")
    else:
        title = _("不予受理（%(number)s）") % named
        body = _(
            "理由见办理记录。可以在条件具备后重新申报；对不予受理不服的，可以依法申请复议或者起诉。"
        )
    tell_applicant(case, ENDED, title, body, key=f"ended:{case.pk}")


def deemed_accepted(case: Application, received: str) -> None:
    """Nobody reacted within the term: an alarm, for somebody must answer for it."""
    words = {"number": case.number, "day": received}
    tell_supervisors(
        case,
        _("逾期未作受理决定，视为受理（%(number)s）") % words,
        _("收到申请之日起五个工作日内未作受理、补正或者不予受理的处理，自 %(day)s 起视为受理。")
        % words,
        key=f"deemed:{case.pk}",
    )


def register_kinds() -> None:
    """Called once at start-up."""
    kinds.register(MATERIAL, gettext_lazy("材料更正与核对"))
    kinds.register(DEFERRAL, gettext_lazy("容缺受理"))
    kinds.register(ENDED, gettext_lazy("办件终止"))
    kinds.register(ALARM, gettext_lazy("逾期视为受理等告警"), urgent=True)
