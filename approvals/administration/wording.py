"""Chinese sentences for what the engine and the checks say in codes."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FAULTS: Final[dict[str, Promise]] = {
    "no_true_condition": gettext_lazy("没有一个出口的条件成立，也没有默认出口"),
    "step_limit": gettext_lazy("自动环节反复循环，超过步数上限"),
    "handler_failed": gettext_lazy("自动环节的处理程序出错，其改动已撤回"),
    "unknown_handler": gettext_lazy("自动环节的处理程序不存在"),
    "missing_holder": gettext_lazy("找不到流程指定的办理人"),
    "missing_organ": gettext_lazy("找不到办理单位"),
    "no_party": gettext_lazy("办件没有申请单位"),
    "needs_replacement": gettext_lazy("席位不足，达不到法定人数，须增补人员"),
    "bad_collection": gettext_lazy("会审名单缺失或者不是名单"),
    "bad_cardinality": gettext_lazy("席位数不是允许范围内的整数"),
    "bad_weight": gettext_lazy("席位的表决权重不是正整数"),
    "duplicate_item": gettext_lazy("会审名单中有重复或者空的席位"),
    "not_boolean": gettext_lazy("条件的结果既不是真也不是假"),
    "bad_date": gettext_lazy("日期无法识别"),
    "bad_duration": gettext_lazy("期限无法识别"),
    "feel": gettext_lazy("表达式无法计算"),
    "no_timer": gettext_lazy("定时事件没有写明时间"),
    "unsupported_timer": gettext_lazy("定时方式不受支持"),
    "unknown_process": gettext_lazy("被调用的流程不存在或者当日无效"),
    "deadlock": gettext_lazy("各分支互相等待，无法继续"),
}
"""By the first word of `Process.blocked_reason`."""

CHECKS: Final[dict[str, Promise]] = {
    "B018": gettext_lazy("其他工具的扩展未被使用"),
    "B019": gettext_lazy("该元素保留但不执行"),
    "B035": gettext_lazy("被调用的流程互相循环调用"),
    "B041": gettext_lazy("没有任何环节写入这个变量"),
    "B043": gettext_lazy("在汇合之后读取办理结果，以最后写入者为准"),
    "B057": gettext_lazy("默认出口上的条件不会被判断"),
    "B058": gettext_lazy("有一种办理结果没有出口"),
    "B070": gettext_lazy("死锁：汇合处等待的分支不会到来"),
    "B071": gettext_lazy("前面的环节使它永远不会到达"),
    "B072": gettext_lazy("同一环节可能被重复办理"),
    "B073": gettext_lazy("状态过多，未能证明流程一定走得通"),
    "B074": gettext_lazy("循环没有出口，永远不会结束"),
    "B080": gettext_lazy("结束事件没有写明结论"),
    "B081": gettext_lazy("文件中没有图形"),
    "B082": gettext_lazy("没有泳道"),
}
"""By code of `workflows.bpmn.issues.CODES`. A loaded version has warnings only, unless the checks
have become stricter since: errors that stop a release speak English, as `check_flow` does."""


def fault_words(reason: str) -> str:
    """The sentence for a blocked case; empty when the engine's word is new to us."""
    return str(FAULTS.get(reason.partition(":")[0].strip(), ""))


def fault_detail(reason: str) -> str:
    """What stands behind the code: names the handler, the organ, the element."""
    return reason.partition(":")[2].strip()


def check_words(code: str) -> str:
    """The sentence for an issue of the checks."""
    return str(CHECKS.get(code) or _("流程检查发现的问题"))
