"""The ways out of the house: mail always; SMS and webhook when the settings name an address."""

from approvals.notifications.channels.port import Channel, Message, Refused, Unreachable
from approvals.notifications.channels.registry import by_name, in_use

__all__ = ["Channel", "Message", "Refused", "Unreachable", "by_name", "in_use"]
