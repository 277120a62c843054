"""What may be allowed: one member and one sentence for each right."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Permission(models.TextChoices):
    """The value is the codename guardian stores, the label the sentence people read."""

    FILE_APPLICATION = "file_application", _("填报、提交、补正和撤回本单位的申请")
    REVIEW_APPLICATION = "review_application", _("审查分派给本机构的申请")
    RECOMMEND_APPLICATION = "recommend_application", _("代表县（市、区）推荐申请")
    ACCEPT_APPLICATION = "accept_application", _("受理申请、要求补正或者不予受理")
    GIVE_OPINION = "give_opinion", _("代表部门出具会审意见")
    SCORE_APPLICATION = "score_application", _("以专家身份评分并提出意见")
    PROPOSE_DECISION = "propose_decision", _("拟定决定意见")
    PREPARE_MEETING = "prepare_meeting", _("安排本机构的会议、编排议题")
    SIGN_DECISION = "sign_decision", _("签发决定")
    REVIEW_FUNDS = "review_funds", _("审核补助和奖励资金")
    CONFIRM_PAYMENT = "confirm_payment", _("登记资金拨付结果")
    EDIT_TEMPLATE = "edit_template", _("修改文书模板")
    APPROVE_TEMPLATE = "approve_template", _("批准文书模板")
    PRINT_DOCUMENT = "print_document", _("印制公文")
    KEEP_SEAL = "keep_seal", _("保管和使用印章")
    KEEP_ARCHIVE = "keep_archive", _("归档和保管公文")
    READ_REGISTER = "read_register", _("查阅发文登记簿")
    SUPERVISE_CASE = "supervise_case", _("监督办件，不参与审批")
    MANAGE_FLOW = "manage_flow", _("维护流程和政策数据")
    MANAGE_PEOPLE = "manage_people", _("维护机构、账号和岗位")
    MANAGE_SECURITY = "manage_security", _("授予和收回个别权限")
    READ_JOURNAL = "read_journal", _("查阅操作日志")
    READ_ADMINISTRATION = "read_administration", _("查阅机构、人员和系统状况")
