"""The operations on seats, as the registry has them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.operations import coming_back, policy, services
from approvals.operations.acts import Operation, register
from approvals.operations.forms import seats as forms
from approvals.operations.forms.base import ActForm
from approvals.operations.forms.copies import CopyForm


def register_all() -> None:
    """Called once at start-up."""
    for operation in (*_OPERATIONS, *coming_back.OPERATIONS):
        register(operation)


def _operation(name: str, label: Any, order: int, **more: Any) -> Operation:
    return Operation(name=name, label=label, order=order, **more)


_OPERATIONS = (
    _operation(
        "transfer",
        _("转办"),
        10,
        form=forms.TransferForm,
        service=services.transfer_seat,
        may=policy.may_transfer,
        said=_("已转办。"),
        help=_("任务转由对方办理，办理期限不变；您仍可查看，但不能再办理。"),
        danger=True,
    ),
    _operation(
        "delegate",
        _("委派"),
        20,
        form=forms.DelegateForm,
        service=services.delegate_seat,
        may=policy.may_delegate,
        said=_("已委派，对方答复后任务回到您处。"),
        help=_("请一名同事出具意见；意见仅供参考，任务仍由您办结。对方答复前您可以收回。"),
    ),
    _operation(
        "recall",
        _("收回委派"),
        21,
        form=ActForm,
        service=services.recall_seat,
        may=policy.may_recall,
        said=_("已收回，请继续办理。"),
        help=_("对方尚未答复时可以收回；收回后任务由您继续办理。"),
    ),
    _operation(
        "sign-before",
        pgettext_lazy("act", "前加签"),
        30,
        form=forms.BeforeForm,
        service=services.add_signer,
        may=policy.may_ask_before,
        said=_("已加签，加签人办理后任务回到您处。"),
        help=_("先由加签人出具意见，再由您办理；办理期限照常计算。"),
    ),
    _operation(
        "sign-beside",
        pgettext_lazy("act", "并加签"),
        31,
        form=forms.BesideForm,
        service=services.add_signer,
        may=policy.may_ask_beside,
        said=_("已加签。"),
        help=_("加签人与您同时办理，意见一并计入本环节结论；单人办理的环节须全部同意。"),
    ),
    _operation(
        "sign-after",
        pgettext_lazy("act", "后加签"),
        32,
        form=forms.AfterForm,
        service=services.add_signer,
        may=policy.may_ask_after,
        said=_("您的意见已提交，加签人办理后进入下一环节。"),
        help=_("您的意见立即提交，不能再修改；加签人办理后，本环节才办结。"),
        danger=True,
    ),
    _operation(
        "remove-signer",
        _("减签"),
        33,
        form=forms.RemoveForm,
        service=services.remove_signer,
        may=policy.may_take_off,
        said=_("已减签。"),
        help=_("只能减去您加签且尚未办理的人员。"),
    ),
    _operation(
        "copy",
        _("抄送"),
        60,
        form=CopyForm,
        service=services.copy_case,
        may=policy.may_copy,
        said=_("已抄送。"),
        help=_("对方可以查看办件并登记已阅，不参与办理，不影响期限。"),
    ),
)
