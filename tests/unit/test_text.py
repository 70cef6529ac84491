"""Cleaning, search levels and sort keys of `exports.text`: tables from the field and properties."""

import itertools
import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.text import (
    SORT_KEY_LENGTH,
    clean_text,
    fold_ascii,
    fold_exact,
    fold_tones,
    given_name_sort_key,
    text_sort_key,
)

VOWELS = "aăâeêioôơuưy"
TONES = {"ngang": "", "huyền": "\u0300", "hỏi": "\u0309", "ngã": "\u0303", "sắc": "\u0301", "nặng": "\u0323"}
ACCENTED = sorted(
    {
        letter
        for vowel, tone in itertools.product(VOWELS + VOWELS.upper(), TONES.values())
        for letter in [unicodedata.normalize("NFC", vowel + tone)]
        if not letter.isascii()
    }
    | {"đ", "Đ"}
)

any_text = st.text(st.characters(exclude_categories=[]), max_size=60)
vietnamese_words = st.text(st.sampled_from("".join(ACCENTED) + "bcdghklmnpqrstvx "), min_size=1, max_size=30)


def test_alphabet_counts_134_accented_letters_when_both_cases_are_taken():
    assert len(ACCENTED) == 134


@pytest.mark.parametrize("letter", ACCENTED)
def test_folds_agree_when_a_letter_comes_composed_or_decomposed(letter):
    decomposed = unicodedata.normalize("NFD", letter)
    for fold in (clean_text, fold_exact, fold_tones, fold_ascii, given_name_sort_key):
        assert fold(decomposed) == fold(letter)
    assert clean_text(decomposed) == letter
    assert len(fold_ascii(letter)) == 1
    assert fold_ascii(letter) in "adeiouy"


@pytest.mark.parametrize("letter", ACCENTED)
def test_tone_fold_keeps_the_letter_when_the_tone_goes(letter):
    kept = fold_tones(letter)
    assert kept in VOWELS + "đ"
    assert fold_tones(kept) == kept


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Ðặng", "Đặng"),
        ("\u0189ỗ", "Đỗ"),
        ("\u00f0ường", "đường"),
        ("\u0256ô", "đô"),
        ("Nguye\u0302\u0303n Thi\u0323 Ho\u0300a", "Nguyễn Thị Hòa"),
        ("e\u0323\u0302", "ệ"),
        ("Trần\u200b\u200c\u200d\u2060\ufeffVăn", "TrầnVăn"),
        ("a\u200b\u0323", "ạ"),
        ("\u202eLê\u202c \u2066Thị\u2069 \u200eBình\u200f", "Lê Thị Bình"),
        ("Lê\u00a0\u2003\u3000Thị\t\r\n\u2028Bình ", "Lê Thị Bình"),
        ("  \x00Lê\x07 \x1b\x7fAn\x85 ", "Lê An"),
        ("thi\u00adhành", "thihành"),
        ("Lê\ufe0f\u034f An\u3164", "Lê An"),
        ("\u200b \ufeff", ""),
        ("", ""),
    ],
)
def test_clean_text_gives_plain_letters_when_input_hides_or_imitates_some(raw, clean):
    assert clean_text(raw) == clean


@pytest.mark.parametrize("raw", ["\ud800", "An\udfff", "\udc80\ud800 Lê"])
def test_clean_text_replaces_the_sign_when_a_surrogate_stands_alone(raw):
    cleaned = clean_text(raw)
    assert "\ufffd" in cleaned
    cleaned.encode("utf-8")


@given(any_text)
def test_clean_text_changes_nothing_more_when_run_again(s):
    once = clean_text(s)
    assert clean_text(once) == once
    assert once == once.strip()
    assert "  " not in once
    assert unicodedata.is_normalized("NFC", once)
    assert not {unicodedata.category(c) for c in once} & {"Cc", "Cf", "Cs"}


@given(any_text)
def test_fold_ascii_gives_only_plain_words_when_input_is_anything(s):
    folded = fold_ascii(s)
    assert folded.isascii()
    assert all(word.isalnum() and word == word.lower() for word in folded.split(" ") if folded)
    assert fold_ascii(folded) == folded


@given(any_text)
def test_coarser_levels_follow_from_finer_ones_when_text_is_folded_in_steps(s):
    assert fold_tones(fold_exact(s)) == fold_tones(s)
    assert fold_ascii(fold_tones(s)) == fold_ascii(s)


@pytest.mark.parametrize(
    ("old", "new"),
    [("hòa", "hoà"), ("Khỏe", "Khoẻ"), ("thủy", "thuỷ"), ("THÚY", "THUÝ"), ("lõa", "loã"), ("họa", "hoạ")],
)
def test_old_and_new_tone_places_meet_when_tones_are_folded(old, new):
    assert fold_exact(old) != fold_exact(new)
    assert fold_tones(old) == fold_tones(new)
    assert given_name_sort_key(old) == given_name_sort_key(new)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("đ", "d"),
        ("ă", "a"),
        ("â", "ă"),
        ("ơ", "o"),
        ("ô", "ơ"),
        ("ư", "u"),
        ("ê", "e"),
        ("lý", "lí"),
        ("quý", "quí"),
    ],
)
def test_tone_fold_refuses_to_join_letters_when_only_marks_of_letters_differ(one, other):
    assert fold_tones(one) != fold_tones(other)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("12/2024/DS-ST", "12 2024 ds st"),
        ("123/QĐ-CCTHADS", "123 qd ccthads"),
        ("H'Hen Niê", "h hen nie"),
        ("Quý", "quy"),
        ("Đường Đặng", "duong dang"),
        ("日本", ""),
    ],
)
def test_fold_ascii_gives_search_words_when_text_has_numbers_and_signs(text, folded):
    assert fold_ascii(text) == folded


@pytest.mark.parametrize(
    "ordered",
    [
        ["Dương", "Đặng", "Đỗ"],
        ["Cao", "Châu", "Chi", "Cung"],
        ["Nghiêm", "Ngô", "Nguyễn"],
        ["ma", "mà", "mả", "mã", "má", "mạ", "mă", "mâ"],
        ["a", "ă", "â", "b", "c", "d", "đ", "e", "ê", "g", "i", "o", "ô", "ơ", "p", "u", "ư", "v", "x", "y"],
        ["Nguyễn Văn An", "Nguyễn Văn Anh", "Trần Thị Bích", "Lê Bình", "Phạm Văn Đức", "Bùi Thị Yến"],
        ["Lê Văn Hoa", "Vũ Văn Hoa", "Bùi Văn Hòa", "Lê Văn Hoà"],
        ["An", "Lê An", "Lê Thị An", "Lê Văn An", "Lý An"],
    ],
)
def test_sort_key_orders_as_the_field_does_when_shuffled(ordered):
    shuffled = random.Random(7).sample(ordered, len(ordered))
    assert sorted(shuffled, key=lambda name: given_name_sort_key(name).encode()) == ordered


def test_sort_key_keeps_the_place_when_a_nickname_stands_in_brackets():
    assert given_name_sort_key("Nguyễn Văn Hòa (tức Út)") == given_name_sort_key("Nguyễn Văn Hòa")


@pytest.mark.parametrize("name", ["", "   ", "()", "…", "\u200b"])
def test_sort_key_is_empty_when_a_name_has_no_letter(name):
    assert given_name_sort_key(name) == ""
    assert text_sort_key(name) == ""


def test_text_sort_key_starts_at_the_first_word_when_titles_are_ordered():
    titles = ["Cục An Giang", "Cục Bắc Ninh", "Cục Đà Nẵng", "Phòng số 1", "Phòng số 2"]
    assert sorted(reversed(titles), key=text_sort_key) == titles
    assert given_name_sort_key(titles[0]) != text_sort_key(titles[0])


@given(any_text)
def test_sort_key_is_short_and_ascii_when_input_is_anything(s):
    for key in (given_name_sort_key(s), text_sort_key(s)):
        assert key.isascii()
        assert len(key) <= SORT_KEY_LENGTH


@given(vietnamese_words, vietnamese_words)
def test_sort_key_order_ignores_case_and_form_when_two_names_compare(one, other):
    plain = given_name_sort_key(one) < given_name_sort_key(other)
    changed = given_name_sort_key(unicodedata.normalize("NFD", one.upper())) < given_name_sort_key(other)
    assert plain == changed


def test_sort_keys_differ_when_two_people_differ_in_letters():
    names = ["Đỗ An", "Do An", "Đo Ân", "Đô An", "Đỗ Ân", "Đỗ Ẩn"]
    assert len({given_name_sort_key(name) for name in names}) == len(names)
