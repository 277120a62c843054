"""退回, 取回, 回避 as the registry of operations has them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from approvals.operations import recusal, retracting, returning
from approvals.operations.acts import Operation
from approvals.operations.forms.base import ActForm
from approvals.operations.forms.recusal import RequestForm
from approvals.operations.forms.returning import ReturnForm

OPERATIONS = (
    Operation(
        name="return",
        label=_("退回"),
        form=ReturnForm,
        service=returning.return_case,
        may=returning.may,
        said=_("已退回。"),
        help=_("退回不是不予通过。退回后，之后各环节的意见保留但不再计入；办理期限照常计算。"),
        order=40,
        danger=True,
    ),
    Operation(
        name="retract",
        label=_("取回意见"),
        form=ActForm,
        service=retracting.retract_opinion,
        may=retracting.may,
        said=_("已取回，请重新办理。"),
        help=_("下一环节尚未办理时可以取回；原意见保留并注明已取回。"),
        order=41,
    ),
    Operation(
        name="recuse",
        label=_("申请本人回避"),
        form=ActForm,
        service=recusal.recuse_self,
        may=recusal.may_leave,
        said=_("您已回避，本办件不再向您显示。"),
        help=_("与申请人有利害关系的，应当主动回避。回避后您不能再查看本办件。"),
        order=50,
        danger=True,
        leaves=True,
    ),
    Operation(
        name="request-recusal",
        label=_("申请他人回避"),
        form=RequestForm,
        service=recusal.request_recusal,
        may=recusal.may_request,
        said=_("已提出，两个工作日内由负责人决定；决定前该人员不能办理。"),
        help=_("由当事人以外的负责人在两个工作日内决定。"),
        order=51,
    ),
)
