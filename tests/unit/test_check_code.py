"""The code on official documents: random enough, read as people type it, mistakes found."""

import hashlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.check_code import (
    ALPHABET,
    LENGTH,
    check_character,
    check_key,
    check_url,
    new_check_code,
    read_check_code,
    written,
)

KNOWN = "7K3MQ9TX40VBWZ8" + check_character("7K3MQ9TX40VBWZ8")
codes = st.text(st.sampled_from(ALPHABET), min_size=LENGTH - 1, max_size=LENGTH - 1).map(
    lambda body: body + check_character(body)
)


def test_new_codes_carry_75_bits_when_many_are_made():
    made = {new_check_code() for _ in range(2_000)}
    assert len(made) == 2_000
    assert all(read_check_code(code) == code for code in made)
    for place in range(LENGTH):
        assert {code[place] for code in made} == set(ALPHABET)


def test_alphabet_has_no_look_alikes_when_read_aloud_or_in_print():
    assert len(set(ALPHABET)) == 32
    assert not set(ALPHABET) & set("OILU")


@pytest.mark.parametrize(
    "typed",
    [
        KNOWN,
        KNOWN.lower(),
        written(KNOWN),
        f"  {written(KNOWN).lower()} ",
        written(KNOWN).replace("-", " "),
        written(KNOWN).replace("-", "\u2013"),
        written(KNOWN).replace("-", "\u00a0.\u200b"),
        " ".join(KNOWN),
        KNOWN.replace("0", "O"),
        KNOWN.replace("0", "o").replace("V", "u"),
    ],
)
def test_code_is_read_when_typed_in_another_way(typed):
    assert read_check_code(typed) == KNOWN


def test_code_is_read_when_one_was_taken_for_a_letter():
    body = "111QQ9TX40VBWZ8"
    code = body + check_character(body)
    assert read_check_code(code.replace("111", "iLl")) == code


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        KNOWN[:-1],
        KNOWN + "0",
        KNOWN * 2,
        "Đ" + KNOWN[1:],
        "７" + KNOWN[1:],
        "-" * 100,
        "0" * 1_000_000,
    ],
)
def test_text_is_refused_when_it_cannot_be_a_code(typed):
    assert read_check_code(typed) is None


@given(codes, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_code_is_refused_when_one_character_is_wrong(code, place, sign):
    wrong = code[:place] + sign + code[place + 1 :]
    assert (read_check_code(wrong) is None) == (wrong != code)


@given(codes)
def test_code_is_refused_when_two_characters_changed_places(code):
    for one, other in itertools.combinations(range(LENGTH), 2):
        signs = list(code)
        signs[one], signs[other] = signs[other], signs[one]
        swapped = "".join(signs)
        assert (read_check_code(swapped) is None) == (swapped != code)


@given(st.text(max_size=120))
def test_reading_gives_a_whole_code_or_none_when_any_text_comes(text):
    code = read_check_code(text)
    assert code is None or (len(code) == LENGTH and set(code) <= set(ALPHABET))


def test_check_character_refuses_a_sign_when_it_is_outside_the_alphabet():
    with pytest.raises(KeyError):
        check_character("I" * 15)


def test_key_hides_the_code_when_published():
    key = check_key(KNOWN)
    assert key == check_key(KNOWN)
    assert len(key) == 32
    assert key != check_key("0" * LENGTH)
    assert not hashlib.sha256(KNOWN.encode()).hexdigest().startswith(key)


def test_address_carries_the_code_as_fragment_when_written_for_a_qr_code():
    assert check_url("https://thads.example/", KNOWN) == f"https://thads.example/kiem-tra/#{written(KNOWN)}"
    assert written(KNOWN).count("-") == 3
