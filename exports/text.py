"""Vietnamese text: cleaning, the three search levels and sort keys, as pure functions.

Belongs here: what database search keys, published look-up shards and input forms must do alike; with `charts` this is
what the rest of the project may import of `exports`.
Does not belong here: checks of identifiers (`backoffice.workflow.identifiers`), formats of dates and money.
"""

import re
import unicodedata

# Icelandic and African letters that look like đ; keyboards and old converters produce them by mistake.
_LOOK_ALIKES = str.maketrans({"\u00d0": "Đ", "\u0189": "Đ", "\u00f0": "đ", "\u0256": "đ"})

# Characters that show nothing, but are letters or marks by category and so escape the category test.
_BLANKS = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")

_INVISIBLE = frozenset({"Cc", "Cf"})
_SURROGATE = "Cs"
_REPLACEMENT = "\ufffd"

_HORN, _BREVE, _CIRCUMFLEX = "\u031b", "\u0306", "\u0302"
# Marks of tone in the order in which Vietnamese dictionaries sort them; no mark (ngang) comes first.
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_LETTER_MARKS = frozenset({_HORN, _BREVE, _CIRCUMFLEX})

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# One ASCII sign a letter, in rising order, so that keys compare bytewise under the "C" collation.
_LETTER_SIGNS = dict(zip(_ALPHABET, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg", strict=True))
_LEVEL_END, _WORD_END, _OTHER_SIGN = "!", "#", "~"
SORT_KEY_LENGTH = 400

_WORD = re.compile(r"[a-z0-9]+")
# Zeros before the first digit of a running number: 007/2026 is written by some as 7/2026.
_LEADING_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


def clean_text(s: str) -> str:
    """Return the text in NFC, with look-alikes of đ mapped, invisible characters removed, spaces single.

    Invisible are zero-width and bidirectional controls, soft hyphens, variation selectors and all other
    control characters; white space of any kind, line ends too, becomes one space, and none is left at the
    ends. A lone surrogate, which no encoding can carry, becomes U+FFFD.
    """
    shown = _BLANKS.sub("", s)
    # Most text holds nothing to remove: what is printable is neither a control, a surrogate nor an odd space.
    visible = shown if shown.isprintable() else "".join(_visible(character) for character in shown)
    composed = unicodedata.normalize("NFC", visible.translate(_LOOK_ALIKES))
    return " ".join(composed.split())


def _visible(character: str) -> str:
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category in _INVISIBLE:
        return ""
    return _REPLACEMENT if category == _SURROGATE else character


def fold_exact(s: str) -> str:
    """Return search level 0: clean text in lower case, every mark kept."""
    return unicodedata.normalize("NFC", clean_text(s).lower())


def fold_tones(s: str) -> str:
    """Return search level 1: as level 0 without the five tones; a ≠ ă ≠ â and d ≠ đ, but hòa = hoà = hoa."""
    letters = unicodedata.normalize("NFD", fold_exact(s))
    return unicodedata.normalize("NFC", "".join(c for c in letters if c not in _TONES))


def fold_ascii(s: str) -> str:
    """Return search level 2: words of a–z and 0–9 with one space between; đ is d, all marks are gone.

    Every other sign parts words, so `12/2024/DS-ST` gives `12 2024 ds st`. Text in another script gives an
    empty string.
    """
    letters = unicodedata.normalize("NFD", fold_exact(s).replace("đ", "d"))
    return " ".join(_WORD.findall("".join(c for c in letters if unicodedata.category(c) != "Mn")))


def number_key(s: str) -> str:
    """Return what an official number is found by: letters and digits without marks, separators, leading zeros.

    `007/2026/QĐ-CCTHADS`, `7 2026 qd ccthads` and `7/2026/QD-CCTHADS` give the same key.
    """
    return _LEADING_ZEROS.sub("", fold_ascii(s)).replace(" ", "")


def given_name_sort_key(name: str) -> str:
    """Return a key that orders people the Vietnamese way: given name, then family and middle names.

    The given name is the last word outside brackets, so a nickname in brackets does not move a person. Each
    part compares by letters first (a ă â b c d đ e ê …), then by tone (ngang huyền hỏi ngã sắc nặng), so
    all Hoa stand before all Hòa, and hòa and hoà are one. The key is ASCII of at most 400 signs: compare
    bytewise.
    """
    outside = fold_exact(_BRACKETS.sub(" ", name)).split()
    words = outside or fold_exact(name).split()
    return (_collation_key(words[-1:]) + _collation_key(words[:-1]))[:SORT_KEY_LENGTH] if words else ""


def text_sort_key(text: str) -> str:
    """Return a key that orders titles, places and organisations from their first word on, in Vietnamese.

    The key is ASCII of at most 400 signs: compare bytewise.
    """
    return _collation_key(fold_exact(text).split())[:SORT_KEY_LENGTH]


def _collation_key(words: list[str]) -> str:
    parts = [part for part in map(_word_key, words) if part[0]]
    if not parts:
        return ""
    letters = "".join(part[0] + _WORD_END for part in parts)
    tones = "".join(part[1] + _WORD_END for part in parts)
    return letters + _LEVEL_END + tones + _LEVEL_END


def _word_key(word: str) -> tuple[str, str]:
    """Return the signs of a word's letters and of its tones; punctuation counts for nothing."""
    tones = "".join(_TONES[c] for c in unicodedata.normalize("NFD", word) if c in _TONES)
    return "".join(map(_letter_sign, fold_tones(word))), tones or "0"


def _letter_sign(character: str) -> str:
    if character in _LETTER_SIGNS:
        return _LETTER_SIGNS[character]
    if "0" <= character <= "9":
        return character
    decomposed = unicodedata.normalize("NFD", character)
    base, marks = decomposed[0], decomposed[1:]
    kept = "".join(mark for mark in marks if mark in _LETTER_MARKS)
    letter = unicodedata.normalize("NFC", base + kept)
    if letter in _LETTER_SIGNS or base in _LETTER_SIGNS:
        return _LETTER_SIGNS.get(letter) or _LETTER_SIGNS[base]
    return _OTHER_SIGN if character.isalnum() else ""
