"""Who may do what, as a table: the contract's roles, what each stands for, what each may do."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from organizations.kinds import Kind
from organizations.permission_names import Permission


class Role(models.TextChoices):
    """One vocabulary everywhere: flows, permissions, demo accounts, tests."""

    APPLICANT = "applicant", _("申报人")
    AGENT = "agent", _("申报代理人")
    COUNTY_OFFICER = "county_officer", _("县（市、区）经办人")
    COUNTY_LEADER = "county_leader", _("县（市、区）负责人")
    ZONE_OFFICER = "zone_officer", _("开发区经办人")
    DIVISION_OFFICER = "division_officer", _("赛区经办人")
    DEPARTMENT_OFFICER = "department_officer", _("部门经办人")
    DEPARTMENT_LEADER = "department_leader", _("部门负责人")
    INTAKE = "intake", _("受理员")
    REVIEWER = "reviewer", _("审查员")
    BUREAU_LEADER = "bureau_leader", _("科技局负责人")
    FINANCE_OFFICER = "finance_officer", _("财政经办人")
    FINANCE_LEADER = "finance_leader", _("财政负责人")
    EXPERT = "expert", _("评审专家")
    PRINTING_OFFICE = "printing_office", _("文印室")
    SEAL_KEEPER = "seal_keeper", _("印章管理员")
    ARCHIVE = "archive", _("档案管理员")
    DISCIPLINE = "discipline", _("纪检监督员")
    FLOW_ADMIN = "flow_admin", _("流程管理员")
    SYSTEM_ADMIN = "system_admin", _("系统管理员")
    SECURITY_ADMIN = "security_admin", _("安全管理员")
    AUDIT_ADMIN = "audit_admin", _("审计管理员")

    @property
    def sentence(self) -> Promise:
        """What a holder of this role is there for."""
        return SENTENCES[self]


SENTENCES: Final[dict[Role, Promise]] = {
    Role.APPLICANT: _("代表申报单位填报、提交和查看本单位的申请。"),
    Role.AGENT: _("受申报单位委托，代为填报和提交申请。"),
    Role.COUNTY_OFFICER: _("审核本县（市、区）的申请并提出推荐意见。"),
    Role.COUNTY_LEADER: _("代表本县（市、区）审定推荐意见。"),
    Role.ZONE_OFFICER: _("审核本开发区的申请，权限与县（市、区）相同。"),
    Role.DIVISION_OFFICER: _("办理本赛区的创新创业大赛事项。"),
    Role.DEPARTMENT_OFFICER: _("代表本部门出具会审意见。"),
    Role.DEPARTMENT_LEADER: _("审定本部门的会审意见。"),
    Role.INTAKE: _("受理申请，一次性告知补正事项。"),
    Role.REVIEWER: _("审查申请，汇总意见并拟定决定。"),
    Role.BUREAU_LEADER: _("签发决定。"),
    Role.FINANCE_OFFICER: _("审核资金并登记拨付。"),
    Role.FINANCE_LEADER: _("会签资金文件。"),
    Role.EXPERT: _("独立评审，只看本席材料。"),
    Role.PRINTING_OFFICE: _("印制已签发的公文。"),
    Role.SEAL_KEEPER: _("保管印章，登记用印。"),
    Role.ARCHIVE: _("将办结的公文归档。"),
    Role.DISCIPLINE: _("监督办件，不参与审批，查阅留痕。"),
    Role.FLOW_ADMIN: _("维护流程和政策数据，不参与审批。"),
    Role.SYSTEM_ADMIN: _("维护机构、账号和岗位，不接触办件。"),
    Role.SECURITY_ADMIN: _("授予和收回个别权限，不接触办件。"),
    Role.AUDIT_ADMIN: _("查阅操作日志，不接触办件。"),
}

ROLE_PERMISSIONS: Final[dict[Role, frozenset[Permission]]] = {
    Role.APPLICANT: frozenset({Permission.FILE_APPLICATION}),
    Role.AGENT: frozenset({Permission.FILE_APPLICATION}),
    Role.COUNTY_OFFICER: frozenset(
        {Permission.REVIEW_APPLICATION, Permission.RECOMMEND_APPLICATION}
    ),
    Role.COUNTY_LEADER: frozenset(
        {Permission.REVIEW_APPLICATION, Permission.RECOMMEND_APPLICATION}
    ),
    Role.ZONE_OFFICER: frozenset({Permission.REVIEW_APPLICATION, Permission.RECOMMEND_APPLICATION}),
    Role.DIVISION_OFFICER: frozenset(
        {Permission.REVIEW_APPLICATION, Permission.RECOMMEND_APPLICATION}
    ),
    Role.DEPARTMENT_OFFICER: frozenset({Permission.REVIEW_APPLICATION, Permission.GIVE_OPINION}),
    Role.DEPARTMENT_LEADER: frozenset({Permission.REVIEW_APPLICATION, Permission.GIVE_OPINION}),
    Role.INTAKE: frozenset(
        {
            Permission.REVIEW_APPLICATION,
            Permission.ACCEPT_APPLICATION,
            Permission.PREPARE_MEETING,
            Permission.READ_REGISTER,
        }
    ),
    Role.REVIEWER: frozenset(
        {
            Permission.REVIEW_APPLICATION,
            Permission.PROPOSE_DECISION,
            Permission.PREPARE_MEETING,
            Permission.READ_REGISTER,
            Permission.EDIT_TEMPLATE,
        }
    ),
    Role.BUREAU_LEADER: frozenset(
        {
            Permission.REVIEW_APPLICATION,
            Permission.PROPOSE_DECISION,
            Permission.SIGN_DECISION,
            Permission.READ_REGISTER,
            Permission.SUPERVISE_CASE,
            Permission.APPROVE_TEMPLATE,
        }
    ),
    Role.FINANCE_OFFICER: frozenset(
        {
            Permission.REVIEW_APPLICATION,
            Permission.REVIEW_FUNDS,
            Permission.CONFIRM_PAYMENT,
            Permission.READ_REGISTER,
        }
    ),
    Role.FINANCE_LEADER: frozenset(
        {
            Permission.REVIEW_APPLICATION,
            Permission.REVIEW_FUNDS,
            Permission.SIGN_DECISION,
            Permission.READ_REGISTER,
        }
    ),
    Role.EXPERT: frozenset({Permission.SCORE_APPLICATION}),
    Role.PRINTING_OFFICE: frozenset(
        {Permission.PRINT_DOCUMENT, Permission.READ_REGISTER, Permission.EDIT_TEMPLATE}
    ),
    Role.SEAL_KEEPER: frozenset({Permission.KEEP_SEAL, Permission.READ_REGISTER}),
    Role.ARCHIVE: frozenset({Permission.KEEP_ARCHIVE, Permission.READ_REGISTER}),
    Role.DISCIPLINE: frozenset({Permission.SUPERVISE_CASE, Permission.READ_REGISTER}),
    Role.FLOW_ADMIN: frozenset({Permission.MANAGE_FLOW, Permission.READ_ADMINISTRATION}),
    Role.SYSTEM_ADMIN: frozenset({Permission.MANAGE_PEOPLE, Permission.READ_ADMINISTRATION}),
    Role.SECURITY_ADMIN: frozenset({Permission.MANAGE_SECURITY, Permission.READ_ADMINISTRATION}),
    Role.AUDIT_ADMIN: frozenset({Permission.READ_JOURNAL, Permission.READ_ADMINISTRATION}),
}

SEPARATED: Final = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
"""No account may hold two of these (GB/T 22239-2019, separation of the management duties)."""

CITY_LEVEL: Final = frozenset(
    {
        Role.INTAKE,
        Role.REVIEWER,
        Role.BUREAU_LEADER,
        Role.FINANCE_OFFICER,
        Role.FINANCE_LEADER,
        Role.PRINTING_OFFICE,
        Role.SEAL_KEEPER,
        Role.ARCHIVE,
        Role.DISCIPLINE,
        Role.FLOW_ADMIN,
        *SEPARATED,
    }
)
"""Roles whose keeping and reading rights reach every organ of their city."""

CITY_WIDE: Final = frozenset(
    {
        Permission.PRINT_DOCUMENT,
        Permission.EDIT_TEMPLATE,
        Permission.APPROVE_TEMPLATE,
        Permission.KEEP_SEAL,
        Permission.KEEP_ARCHIVE,
        Permission.READ_REGISTER,
        Permission.SUPERVISE_CASE,
        Permission.MANAGE_FLOW,
        Permission.MANAGE_PEOPLE,
        Permission.MANAGE_SECURITY,
        Permission.READ_JOURNAL,
        Permission.READ_ADMINISTRATION,
    }
)
"""Rights that a city-level role has for the whole city; deciding rights stay with the own organ."""

_STANDS_FOR: Final[dict[Role, frozenset[str]]] = {
    Role.AGENT: frozenset({"applicant"}),
    Role.COUNTY_OFFICER: frozenset({"county"}),
    Role.COUNTY_LEADER: frozenset({"county"}),
    Role.ZONE_OFFICER: frozenset({"zone", "county", "county_officer"}),
    Role.DEPARTMENT_OFFICER: frozenset({"department"}),
    Role.DEPARTMENT_LEADER: frozenset({"department"}),
    Role.INTAKE: frozenset({"bureau"}),
    Role.REVIEWER: frozenset({"bureau"}),
    Role.BUREAU_LEADER: frozenset({"bureau"}),
    Role.FINANCE_OFFICER: frozenset({"finance"}),
    Role.FINANCE_LEADER: frozenset({"finance"}),
}

ROLE_KINDS: Final[dict[Role, frozenset[Kind]]] = {
    Role.APPLICANT: frozenset({Kind.APPLICANT}),
    Role.AGENT: frozenset({Kind.APPLICANT}),
    Role.COUNTY_OFFICER: frozenset({Kind.COUNTY, Kind.ZONE}),
    Role.COUNTY_LEADER: frozenset({Kind.COUNTY, Kind.ZONE}),
    Role.ZONE_OFFICER: frozenset({Kind.ZONE}),
    Role.DIVISION_OFFICER: frozenset({Kind.COUNTY, Kind.ZONE, Kind.SCIENCE_BUREAU}),
    Role.INTAKE: frozenset({Kind.SCIENCE_BUREAU}),
    Role.REVIEWER: frozenset({Kind.SCIENCE_BUREAU}),
    Role.BUREAU_LEADER: frozenset({Kind.SCIENCE_BUREAU}),
    Role.FINANCE_OFFICER: frozenset({Kind.FINANCE_BUREAU}),
    Role.FINANCE_LEADER: frozenset({Kind.FINANCE_BUREAU}),
    Role.EXPERT: frozenset({Kind.EXPERT_POOL}),
    Role.PRINTING_OFFICE: frozenset({Kind.OFFICE, Kind.SCIENCE_BUREAU}),
}
"""At which kinds of organ a role can be held; a role not listed can be held at any public organ."""


@lru_cache(maxsize=128)
def acting_roles(role: str) -> frozenset[str]:
    """The role itself and every role or lane name its holder may act for.

    Names that are no role (a lane's short name) stand for themselves only.
    """
    return frozenset({role}) | (_STANDS_FOR.get(Role(role), frozenset()) if role in Role else set())


def roles_acting_as(name: str) -> frozenset[str]:
    """The roles whose holders may act for `name`: the inverse of `acting_roles`."""
    return frozenset(role.value for role in Role if name in acting_roles(role.value))


def roles_with(permission: str) -> frozenset[str]:
    """The roles that carry a permission."""
    return frozenset(
        role.value for role, permissions in ROLE_PERMISSIONS.items() if permission in permissions
    )


def may_be_held_at(role: Role, kind: str) -> bool:
    """Is this role possible at an organ of this kind?"""
    kinds = ROLE_KINDS.get(role)
    return kind != Kind.APPLICANT if kinds is None else kind in kinds
