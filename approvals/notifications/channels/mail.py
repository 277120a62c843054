"""Mail, by Django's back end: SMTP in an installation, the console in the demo."""

from __future__ import annotations

from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from approvals.notifications.channels.port import Message, Reach, Refused, Unreachable
from organizations.models import User

PERMANENT = range(500, 600)


class Mail:
    """Names the person, the step and the number; the address leads behind the log-in."""

    name = "mail"
    reach = Reach.CHOSEN

    def address(self, person: User) -> str:
        return person.email

    def send(self, message: Message) -> None:
        """The Message-ID is made from the key, so that a mail sent twice is recognised as one."""
        host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
        mail = EmailMessage(
            subject=message.title,
            body=_text(message),
            to=[message.address],
            headers={"Message-ID": f"<{message.key}@{host}>", "Auto-Submitted": "auto-generated"},
        )
        try:
            mail.send()
        except SMTPRecipientsRefused as refusal:
            raise _failure(max(code for code, _said in refusal.recipients.values())) from None
        except SMTPResponseException as refusal:
            raise _failure(refusal.smtp_code) from None
        except (SMTPException, OSError) as failure:
            raise Unreachable(type(failure).__name__) from None


def _failure(code: int) -> Exception:
    """Without the server's words: they name the address."""
    told = f"SMTP {code}"
    return Refused(told) if code in PERMANENT else Unreachable(told)


def _text(message: Message) -> str:
    lines = [_("%(name)s：") % {"name": message.name}, ""]
    lines += [f"- {line}" for line in message.lines] or [message.title]
    lines += ["", _("查看和办理：%(url)s") % {"url": message.url}, ""]
    lines += [_("通知方式可在平台的“通知设置”中调整。"), ""]
    return "\n".join(lines)
