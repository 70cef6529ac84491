"""The page round the body, by Decree 30/2020/NĐ-CP, appendix I: heading, title, recipients, signature, check mark.

Belongs here: HTML of the whole paper, for agencies and, in a variant of its own, for forms of citizens.
Does not belong here: sizes and margins (`paper.css`), the body (`markup`), the PDF file (`engine`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from exports.papers.filters import date_words
from exports.papers.inline import plain
from exports.papers.marks import check_mark
from exports.papers.model import Heading, Paper
from exports.papers.values import visible

COUNTRY = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
LETTER_GAP = "<div class='gap'></div>"
# A list of recipients above this many lines stands so high that the check mark goes beside it, below the signature.
MOST_LINES, LETTERS_A_LINE = 14, 44
# Words of the names of offices that belong on one line as long as they are no longer than this.
_TOGETHER = re.compile(
    r"THI HÀNH ÁN DÂN SỰ|CỤC QUẢN LÝ|(?:TỈNH|THÀNH PHỐ|KHU VỰC|QUÂN KHU) [^–\-\n]{1,20}(?=\s*(?:[–\-\n]|$))"
)


@dataclass(frozen=True, slots=True)
class Page:
    """A paper ready to be laid out: its title for the file and its HTML."""

    title: str
    html: str


def page(paper: Paper, body: str, is_form: bool) -> Page:
    """Return the whole paper as HTML; `body` is HTML already, everything else is escaped here."""
    heading = paper.heading
    mark = check_mark(paper.check_url, paper.check_code) if paper.check_url and paper.check_code else ""
    parts = _form(paper, body) + mark if is_form else _office(paper, body, mark)
    title = file_title(heading)
    return Page(
        title,
        f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{escape(title)}</title>{_facts(heading)}</head>'
        f"<body>{parts}</body></html>",
    )


def file_title(heading: Heading) -> str:
    """Return the title that viewers show for the file: kind of paper, abstract, number."""
    name = " ".join(part for part in (heading.title, heading.abstract or "") if part)
    number = f" (số {_number(heading)})" if heading.number is not None else ""
    return " ".join(visible(name or MOTTO, "title").split()) + visible(number, "symbol")


def _facts(heading: Heading) -> str:
    author = (
        f'<meta name="author" content="{escape(visible(heading.agency, "agency"))}">'
        if heading.agency
        else ""
    )
    day = heading.issued_on
    created = f'<meta name="dcterms.created" content="{day.isoformat()[:10]}">' if day else ""
    return author + created


def _office(paper: Paper, body: str, mark: str) -> str:
    heading = paper.heading
    letter = not heading.title
    beside, below = (mark, "") if _lines(paper.recipients) > MOST_LINES else ("", mark)
    return (
        f'<div class="head"><div class="agency">{_agency(heading)}</div><div class="motto">{_motto()}</div></div>'
        f'<div class="head"><div class="agency">{_number_block(heading, letter)}</div>'
        f'<div class="motto">{_place_and_date(heading)}</div></div>'
        f"{LETTER_GAP if letter else _title(heading)}"
        f'<div class="body">{body}</div>'
        f'<div class="foot"><div class="recipients">{_recipients(paper.recipients)}</div>'
        f'<div class="signature">{_signature(paper)}{beside}</div></div>{below}'
    )


def _lines(recipients: Sequence[str]) -> int:
    return sum(1 + len(name) // LETTERS_A_LINE for name in recipients)


def _form(paper: Paper, body: str) -> str:
    """Return a form: motto over the whole width, name of the form, body, date line and the person's signature."""
    signer = paper.signature
    name = f"<p class='name'>{_text(signer.name, 'signature')}</p>" if signer.name else ""
    return (
        f'<div class="motto form">{_motto()}</div>{_title(paper.heading)}<div class="body">{body}</div>'
        f'<div class="foot"><div class="recipients"></div><div class="signature">{_place_and_date(paper.heading)}'
        f"<p class='position'>{_text(signer.position, 'signature')}</p>"
        f"<p class='hint'>(Ký, ghi rõ họ tên hoặc điểm chỉ)</p><div id='signature' class='sign'></div>{name}</div></div>"
    )


def _motto() -> str:
    return f'<p class="country">{COUNTRY}</p><p class="words"><span>{MOTTO}</span></p>'


def _agency(heading: Heading) -> str:
    parent = (
        f"<p class='parent'>{_office_name(heading.parent_agency, 'agency')}</p>"
        if heading.parent_agency
        else ""
    )
    return f"{parent}<p class='issuer'>{_office_name(heading.agency, 'agency')}</p><div class='rule'></div>"


def _number_block(heading: Heading, letter: bool) -> str:
    number = f"<p class='number'>Số: {_text(_number(heading), 'symbol')}</p>"
    about = (
        f"<p class='about'>{_text(heading.abstract, 'abstract')}</p>" if letter and heading.abstract else ""
    )
    return number + about


def _number(heading: Heading) -> str:
    """Return `05/QĐ-THADS`; numbers below 10 have a zero before them, a number not yet given leaves room."""
    number = f"{heading.number:02d}" if heading.number is not None else "\u2026\u2026"
    return f"{number}/{heading.symbol}" if heading.symbol else number


def _place_and_date(heading: Heading) -> str:
    when = date_words(heading.issued_on) if heading.issued_on else "ngày … tháng … năm ……"
    place = f"{heading.place}, " if heading.place else ""
    return f"<p class='place'>{_text(place, 'place')}<span class='together'>{when}</span></p>"


def _title(heading: Heading) -> str:
    name = f"<h1>{_text(heading.title.upper(), 'title')}</h1>" if heading.title else ""
    about = (
        f"<p class='abstract'>{_text(heading.abstract, 'abstract')}</p><div class='rule'></div>"
        if heading.abstract
        else ""
    )
    return f'<div class="title">{name}{about}</div>'


def _recipients(names: Sequence[str]) -> str:
    if not names:
        return ""
    listed = "".join(
        f"<li>{_text(name, 'recipients')}{'.' if last else ';'}</li>" for name, last in _with_last(names)
    )
    return f"<p class='label'>Nơi nhận:</p><ul class='recipients'>{listed}</ul>"


def _with_last(names: Sequence[str]) -> list[tuple[str, bool]]:
    return [(name.rstrip(" .;"), number == len(names)) for number, name in enumerate(names, 1)]


def _signature(paper: Paper) -> str:
    signer = paper.signature
    authority = (
        f"<p class='authority'>{_office_name(signer.authority, 'signature')}</p>" if signer.authority else ""
    )
    position = (
        f"<p class='position'>{_office_name(signer.position, 'signature')}</p>" if signer.position else ""
    )
    name = f"<p class='name'>{_text(signer.name, 'signature')}</p>" if signer.name else ""
    return f"{authority}{position}<div id='signature' class='sign'></div>{name}"


def _office_name(name: str, field: str) -> str:
    """Return the name of an office or of its head in capitals; its parts do not break in their middle."""
    return _TOGETHER.sub(r"<span class='together'>\g<0></span>", _text(name.upper(), field))


def _text(text: str, field: str) -> str:
    return plain(visible(text, field))
