"""The characters that a paper can print: those the shipped fonts have and that stand for themselves.

Belongs here: the ranges, which the fonts were cut to (`scripts/paper_fonts.py`).
Does not belong here: what happens to other characters (`values`).
"""

# First and last of each range: Latin with all Vietnamese letters, Greek, Cyrillic, signs of text and mathematics.
RANGES: tuple[tuple[int, int], ...] = (
    (0x0020, 0x007E),
    (0x00A0, 0x00AC),
    (0x00AE, 0x024F),
    (0x02B9, 0x02DD),
    (0x0300, 0x0304),
    (0x0306, 0x030C),
    (0x031B, 0x031B),
    (0x0323, 0x0323),
    (0x0384, 0x038A),
    (0x038C, 0x038C),
    (0x038E, 0x03A1),
    (0x03A3, 0x03CE),
    (0x0400, 0x045F),
    (0x0490, 0x0491),
    (0x1E00, 0x1EF9),
    (0x2002, 0x200A),
    (0x2010, 0x2015),
    (0x2017, 0x2022),
    (0x2026, 0x2026),
    (0x202F, 0x2030),
    (0x2032, 0x2033),
    (0x2039, 0x203A),
    (0x2044, 0x2044),
    (0x2070, 0x2070),
    (0x2074, 0x2079),
    (0x20A3, 0x20AC),
    (0x2116, 0x2116),
    (0x2122, 0x2122),
    (0x215B, 0x215E),
    (0x2190, 0x2195),
    (0x2202, 0x2202),
    (0x2211, 0x2212),
    (0x2248, 0x2248),
    (0x2260, 0x2261),
    (0x2264, 0x2265),
    (0x25A0, 0x25A1),
    (0x25CB, 0x25CB),
    (0x25CF, 0x25CF),
    (0xFFFD, 0xFFFD),
)

_SIGNS = frozenset(code for first, last in RANGES for code in range(first, last + 1))


def is_printable(sign: str) -> bool:
    """Return whether the character has a glyph in all four fonts and is neither a control nor a format sign."""
    return ord(sign) in _SIGNS


def characters() -> frozenset[int]:
    """Return all code points that the fonts must have."""
    return _SIGNS
