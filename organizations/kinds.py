"""Kinds of organs and of applicants."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What an organ is: decides which posts it has and which step of a flow it can hold."""

    CITY = "city", _("设区的市")
    COUNTY = "county", _("县（市、区）")
    ZONE = "zone", _("开发区")
    DEPARTMENT = "department", _("市级部门")
    SCIENCE_BUREAU = "science_bureau", _("科技主管部门")
    FINANCE_BUREAU = "finance_bureau", _("财政部门")
    OFFICE = "office", _("办公室")
    PARTY = "party", _("党委部门")
    MASS = "mass", _("群团组织")
    ASSOCIATION = "association", _("行业协会")
    MEDIA = "media", _("新闻单位")
    EXPERT_POOL = "expert_pool", _("专家库")
    APPLICANT = "applicant", _("申报单位")


class ApplicantKind(models.TextChoices):
    """Who files."""

    ENTERPRISE = "enterprise", _("企业")
    INCUBATOR = "incubator", _("孵化器")
    MAKERSPACE = "makerspace", _("众创空间")
