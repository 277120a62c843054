"""统一社会信用代码: 18 characters with a check character (GB 32100-2015).

The check character is a weighted sum modulo 31 with weights 3^i mod 31, all different: any single
wrong character and any swap of two neighbours that differ is detected.
"""

from __future__ import annotations

from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100-2015, table 1: no I, O, S, V, Z."""

_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)}


def check_digit(first17: str) -> str:
    """The 18th character for the first seventeen. Raises ValueError when they are not a body."""
    if len(first17) != 17 or any(character not in _VALUES for character in first17):
        message = "a credit code's body is 17 characters of 0-9 and A-Y without I, O, S, V, Z"
        raise ValueError(message)
    total = sum(
        _VALUES[character] * weight for character, weight in zip(first17, _WEIGHTS, strict=True)
    )
    return ALPHABET[-total % 31]


def is_valid(code: str) -> bool:
    """Is this a complete code with the right check character? Small letters are not accepted."""
    try:
        return check_digit(code[:17]) == code[17:]
    except ValueError:
        return False


def validate_credit_code(code: str) -> None:
    """A form and model validator that tells the way out."""
    if not is_valid(code):
        message = _("统一社会信用代码应为18位且校验码正确，请核对营业执照")
        raise ValidationError(message, code="credit_code")
