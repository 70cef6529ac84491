"""Hostile values for every field of a kind, each with a mark of its own, and what a reader copies from a file.

Not here: assertions.
"""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from dataclasses import replace

import pikepdf

from exports.papers import FIELDS, FieldType, Paper, to_page_html
from exports.papers.values import visible
from tests.exports.paper_samples import paper_of, start_template

MARKUP = (
    "<script>alert(1)</script><img src={address} onerror=b></p></td></table><style>p{{background:url({address})}}"
    "</style>&amp;&#60;<link rel=stylesheet href={address}><a href=file:///etc/passwd>x</a><!--"
)
CODE = (
    "{{ agency_name }}{% if x %}{{ 7*7 }}{% endif %}{% for a in b %} **đậm** *n* | ô | # đầu \\* :page: {{{% "
    "{{ ''.__class__ }} ${7*7} #{7*7} <%= 7*7 %> \ue000" + "0\ue001"
)
# Right-to-left and zero-width marks, control characters, line ends of other kinds, composed and loose letters.
TURNED = "Nguye\u0302\u0303n\u202eVăn\u2066A\u200b\u00ad\u0007\x1b[2J\x7f\x9b\ufeff\u2028x"
# For places side by side, whose lines would mix if they were long.
ODD = "<b>{{ 7*7 }}</b>&amp;\u202e"
LONG = "Nguyễn " * 1_428
# Templates choose words by these, so they are printed nowhere; a hostile value of theirs is tried apart.
CHOICES = frozenset({"origin", "prison_or_unknown", "ground_code"})


def hostile_paper(name: str, body: str, *, choices: bool = False) -> tuple[Paper, dict[str, str]]:
    """A start template with the text in every field and around it, and what each place was given."""
    given: dict[str, str] = {}

    def mark(place: str, text: str = body) -> str:
        given[place] = f"[{len(given)}:{text}:{len(given)}]"
        return given[place]

    template = start_template(name)
    paper = paper_of(template, _values(template.kind, mark, choices=choices))
    parts = {
        part: mark(part, ODD)
        for part in ("agency", "parent_agency", "symbol")
        if getattr(paper.heading, part)
    }
    heading = replace(paper.heading, place=mark("place", ODD), **parts)
    signer = {
        part: mark(part, ODD) for part in ("authority", "position", "name") if getattr(paper.signature, part)
    }
    return replace(paper, heading=heading, signature=replace(paper.signature, **signer)), given


def copied(pdf: bytes) -> str:
    """What a reader copies from the file in the order in which it was written, without spaces, in small letters."""
    done = subprocess.run(
        ["pdftotext", "-raw", "-enc", "UTF-8", "-", "-"], input=pdf, capture_output=True, check=True
    )
    pages = done.stdout.decode("utf-8").split("\f")
    return flat("".join(_without_number(text, number) for number, text in enumerate(pages, 1)))


def flat(text: str) -> str:
    """The text without spaces in small letters: lines and capitals are the layout's."""
    return "".join(text.split()).casefold()


def shown(text: str) -> str:
    """The text as a paper shows it, flat."""
    return flat(visible(text))


def hidden_in(paper: Paper, given: dict[str, str]) -> set[str]:
    """Places whose value is nowhere on the page: the template does not name them, or chooses by them."""
    page = to_page_html(paper)
    return {place for place, text in given.items() if text.partition(":")[0] + ":" not in page}


def active_parts(pdf: bytes) -> list[str]:
    """Everything in a file that a reader's program could run, open or fetch."""
    bad = (
        "/JS",
        "/JavaScript",
        "/OpenAction",
        "/AA",
        "/Launch",
        "/URI",
        "/GoToR",
        "/SubmitForm",
        "/EmbeddedFile",
    )
    with pikepdf.open(io.BytesIO(pdf)) as document:
        found = [object_ for object_ in document.objects if isinstance(object_, pikepdf.Dictionary)]
        names = {name for each in found for name, _value in each.items()}
        kinds = {str(each.get("/S")) for each in found}
    return [name for name in bad if name in names | kinds]


def _without_number(page: str, number: int) -> str:
    """A page without its number, which stands between two pieces of a value that goes over the page."""
    lines = page.strip().splitlines()
    return "\n".join(line for line in lines if line.strip() != str(number))


def _values(kind: str, mark: Callable[[str], str], *, choices: bool) -> dict[str, object]:
    data: dict[str, object] = {}
    for field in FIELDS[kind]:
        if field.type is FieldType.LIST:
            texts = [column.name for column in field.columns if column.type is FieldType.TEXT]
            rows = [
                {**row, **{name: mark(f"{field.name}.{name}") for name in texts}}
                for row in field.sample[:1]  # type: ignore[index]
            ]
            data[field.name] = rows
        elif field.type is FieldType.TEXT and (choices or field.name not in CHOICES):
            data[field.name] = mark(field.name)
        else:
            data[field.name] = field.sample
    return data
