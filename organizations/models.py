"""Who there is: users, organs, applicants, memberships and declared relations."""

from __future__ import annotations

from datetime import date
from typing import Any, NoReturn

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organizations.credit_code import validate_credit_code
from organizations.kinds import ApplicantKind, Kind
from organizations.permission_names import Permission
from organizations.roles import SEPARATED, Role


class NeverDeletedError(Exception):
    """Accounts and organs end, they are not deleted: what they did would lose its name."""


class UserManager(BaseUserManager["User"]):
    """Makes accounts; rights come from memberships, not from here."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=username)

    def create_user(
        self, username: str, password: str | None = None, *, name: str = "", **fields: Any
    ) -> User:
        """An account; without a password it cannot log in."""
        user = self.model(username=username, name=name or username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> User:
        """For Django's back stage only: a superuser has no right in any case."""
        return self.create_user(
            username, password, **{**fields, "is_staff": True, "is_superuser": True}
        )


class User(AbstractBaseUser, PermissionsMixin):
    """A person's account. It is deactivated when the person leaves, never deleted."""

    username = models.CharField(
        _("用户名"), max_length=60, unique=True, error_messages={"unique": _("该用户名已被使用")}
    )
    name = models.CharField(_("姓名"), max_length=60)
    phone = models.CharField(_("手机号码"), max_length=20, blank=True)
    email = models.EmailField(_("电子邮箱"), blank=True)
    is_active = models.BooleanField(_("启用"), default=True)
    is_staff = models.BooleanField(_("可进入后台"), default=False)
    is_demo = models.BooleanField(_("演示账号"), default=False)
    joined_at = models.DateTimeField(_("开户时间"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("用户")
        verbose_name_plural = _("用户")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def masked_phone(self) -> str:
        """The phone number as lists show it: 138****5678."""
        return f"{self.phone[:3]}****{self.phone[-4:]}" if len(self.phone) > 7 else ""

    def delete(self, *arguments: Any, **options: Any) -> NoReturn:
        raise NeverDeletedError(self.username)


def _valid_on(day: date) -> Q:
    """The half of a validity rule that every model here shares; both ends belong to it."""
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    return begun & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))


class OrganQuerySet(models.QuerySet["Organ"]):
    """Organs by city and day."""

    def valid_on(self, day: date) -> OrganQuerySet:
        """Those that exist on the day (first and last day included)."""
        return self.filter(_valid_on(day))


class Organ(models.Model):
    """A county, zone, department, bureau, pool or applicant, in one city, for a time.

    A reorganised organ ends and names its successor; it is not renamed, because old papers bear
    the old name.
    """

    city = models.CharField(_("城市"), max_length=40)
    key = models.CharField(_("标识"), max_length=60)
    name = models.CharField(_("名称"), max_length=120)
    short_name = models.CharField(_("规范化简称"), max_length=60)
    kind = models.CharField(_("类别"), max_length=20, choices=Kind.choices)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("上级机构"),
    )
    document_code = models.CharField(_("机关代字"), max_length=20, blank=True)
    minutes_code = models.CharField(_("会议纪要代字"), max_length=20, blank=True)
    """The series its minutes are numbered in; empty: they bear no number."""
    division_code = models.CharField(_("行政区划代码"), max_length=12, blank=True)
    valid_from = models.DateField(_("启用日期"), null=True, blank=True)
    valid_to = models.DateField(_("终止日期"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("承继机构"),
    )
    provenance = models.CharField(_("依据"), max_length=300, blank=True)
    vocabulary = models.JSONField(_("本地用语"), default=dict, blank=True)
    """A city's own words (only the organ of kind `city` fills it)."""

    objects = OrganQuerySet.as_manager()

    class Meta:
        verbose_name = _("机构")
        verbose_name_plural = _("机构")
        ordering = ["city", "key"]
        permissions = [(right.value, right.label) for right in Permission]
        constraints = [
            models.UniqueConstraint(fields=["city", "key"], name="organizations_organ_key")
        ]
        indexes = [models.Index(fields=["city", "kind"], name="organizations_organ_kind")]

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> str:
        """The journal stream of this organ."""
        return f"organ:{self.city}/{self.key}"

    def is_valid_on(self, day: date) -> bool:
        """Does the organ exist on the day?"""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)

    def delete(self, *arguments: Any, **options: Any) -> NoReturn:
        raise NeverDeletedError(self.key)


class Applicant(models.Model):
    """The legal person behind an organ of kind `applicant` (domain §2.9)."""

    organ = models.OneToOneField(
        Organ, on_delete=models.PROTECT, related_name="applicant", verbose_name=_("机构")
    )
    credit_code = models.CharField(
        _("统一社会信用代码"),
        max_length=18,
        unique=True,
        validators=[validate_credit_code],
        error_messages={"unique": _("该统一社会信用代码已登记")},
    )
    kind = models.CharField(_("单位类型"), max_length=20, choices=ApplicantKind.choices)
    legal_representative = models.CharField(_("法定代表人"), max_length=60)
    county = models.ForeignKey(
        Organ,
        on_delete=models.PROTECT,
        related_name="applicants_here",
        verbose_name=_("所属县（市、区）或开发区"),
    )
    founded_on = models.DateField(_("成立日期"), null=True, blank=True)
    address = models.CharField(_("注册地址"), max_length=200, blank=True)
    bank_account = models.CharField(_("银行账号"), max_length=40, blank=True)
    contact_name = models.CharField(_("联系人"), max_length=60, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=20, blank=True)
    direct_sponsor = models.ForeignKey(
        Organ,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sponsored_applicants",
        verbose_name=_("市直主管部门"),
    )

    class Meta:
        verbose_name = _("申报单位")
        verbose_name_plural = _("申报单位")

    def __str__(self) -> str:
        return str(self.organ)


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships by day."""

    def valid_on(self, day: date) -> MembershipQuerySet:
        """Those that give rights on the day (first and last day included)."""
        return self.filter(_valid_on(day))


class Membership(models.Model):
    """A person holds a role at an organ for a time: the truth about rights."""

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("用户")
    )
    organ = models.ForeignKey(
        Organ, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("机构")
    )
    role = models.CharField(_("角色"), max_length=30, choices=Role.choices)
    post = models.CharField(_("职务"), max_length=60, blank=True)
    valid_from = models.DateField(_("任职日期"))
    valid_to = models.DateField(_("离任日期"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("任职")
        verbose_name_plural = _("任职")
        ordering = ["organ", "role", "user"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organ", "role"],
                condition=Q(valid_to__isnull=True),
                name="organizations_membership_once",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(
                    valid_to__isnull=True, role__in=sorted(role.value for role in SEPARATED)
                ),
                name="organizations_separated_duties",
            ),
        ]
        indexes = [models.Index(fields=["organ", "role"], name="organizations_member_role")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.organ_id}"


class AgencyQuerySet(models.QuerySet["Agency"]):
    """Agencies by day."""

    def valid_on(self, day: date) -> AgencyQuerySet:
        """Those that hold on the day (first and last day included)."""
        return self.filter(_valid_on(day))


class Relation(models.Model):
    """A declared tie between a person and an organ (kin, shares, former post): grounds for 回避."""

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="relations", verbose_name=_("用户")
    )
    organ = models.ForeignKey(
        Organ, on_delete=models.PROTECT, related_name="relations", verbose_name=_("机构")
    )
    ground = models.CharField(_("回避事由"), max_length=200)
    valid_from = models.DateField(_("申报日期"))
    valid_to = models.DateField(_("解除日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("利害关系")
        verbose_name_plural = _("利害关系")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organ"],
                condition=Q(valid_to__isnull=True),
                name="organizations_relation_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.organ_id}"


class Agency(models.Model):
    """代理: for a time a colleague may act for a person who is away; either may, the first wins.

    Given by the person himself, never passed on. It ends by its date; it is not deleted.
    """

    principal = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="agencies_given", verbose_name=_("被代理人")
    )
    agent = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="agencies_held", verbose_name=_("代理人")
    )
    scope = models.CharField(_("代理范围"), max_length=30, choices=Role.choices, blank=True)
    """One role of the principal's; empty = all his posts (never an expert's seat)."""
    valid_from = models.DateField(_("开始日期"))
    valid_to = models.DateField(_("结束日期"))
    reason = models.CharField(_("事由"), max_length=200)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("代理")
        verbose_name_plural = _("代理")
        ordering = ["-valid_from", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(principal=models.F("agent")), name="organizations_agency_of_another"
            ),
        ]
        indexes = [
            models.Index(fields=["agent", "valid_to"], name="organizations_agency_agent"),
            models.Index(fields=["principal", "valid_to"], name="organizations_agency_principal"),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} → {self.principal_id}"
