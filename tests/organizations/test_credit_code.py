"""The check character finds what GB 32100 promises: one wrong character, two neighbours swapped."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from hypothesis import assume, given
from hypothesis import strategies as st

from organizations.credit_code import ALPHABET, check_digit, is_valid, validate_credit_code

bodies = st.text(ALPHABET, min_size=17, max_size=17)


def test_published_examples_are_valid():
    # GB 32100-2015 prints 91350100M000100Y43 as its example
    assert is_valid("91350100M000100Y43")
    assert not is_valid("91350100M000100Y44")


@given(bodies)
def test_every_body_has_one_check_character(body):
    valid = [last for last in ALPHABET if is_valid(body + last)]
    assert valid == [check_digit(body)]


@given(bodies, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_a_changed_character_is_detected(body, place, other):
    code = body + check_digit(body)
    assume(code[place] != other)
    assert not is_valid(code[:place] + other + code[place + 1 :])


@given(bodies, st.integers(0, 16))
def test_swapped_neighbours_are_detected(body, place):
    code = body + check_digit(body)
    assume(code[place] != code[place + 1])
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert not is_valid(swapped)


@pytest.mark.parametrize(
    "code", ["", "9" * 17, "9" * 19, "91350100m000100y43", "O1350100M000100Y43"]
)
def test_a_text_that_is_no_code_is_refused(code):
    assert not is_valid(code)
    with pytest.raises(ValidationError, match="18位"):
        validate_credit_code(code)


@given(st.text(max_size=20))
def test_no_text_breaks_the_check(text):
    assert is_valid(text) in {True, False}
