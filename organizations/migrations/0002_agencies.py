"""代理: who stands in for whom."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import organizations.roles


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Agency",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        blank=True,
                        choices=organizations.roles.Role.choices,
                        max_length=30,
                        verbose_name="代理范围",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="开始日期")),
                ("valid_to", models.DateField(verbose_name="结束日期")),
                ("reason", models.CharField(max_length=200, verbose_name="事由")),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agencies_held",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="代理人",
                    ),
                ),
                (
                    "principal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agencies_given",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="被代理人",
                    ),
                ),
            ],
            options={
                "verbose_name": "代理",
                "verbose_name_plural": "代理",
                "ordering": ["-valid_from", "-id"],
                "indexes": [
                    models.Index(fields=["agent", "valid_to"], name="organizations_agency_agent"),
                    models.Index(
                        fields=["principal", "valid_to"], name="organizations_agency_principal"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("principal", models.F("agent")), _negated=True),
                        name="organizations_agency_of_another",
                    )
                ],
            },
        ),
    ]
