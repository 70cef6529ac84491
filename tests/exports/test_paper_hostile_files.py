"""Every start template with hostile values in all its fields at once, down to the file and what a reader copies from it.

The page before the file is looked at in `test_paper_hostile`. Not here: papers of rows (`tests/services`).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from exports.papers import FIELDS, Field, FieldType, PaperError, render_pdf, sample_data, to_page_html
from tests.exports.hostile_text import (
    CHOICES,
    CODE,
    LONG,
    MARKUP,
    ODD,
    TURNED,
    active_parts,
    copied,
    hidden_in,
    hostile_paper,
    shown,
)
from tests.exports.paper_samples import FILES, decision, start_template
from tests.exports.pdf_rules import broken_clauses

NAMES = [path.stem for path in FILES]


@dataclass
class Ear:
    """A server that notes who asks it."""

    address: str
    asked: list[str]


@pytest.fixture(scope="module")
def ear() -> Iterator[Ear]:
    """One server for all papers: nobody may ask it."""
    asked: list[str] = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Ear(f"http://127.0.0.1:{server.server_address[1]}/x", asked)
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("name", NAMES)
def test_markup_and_template_code_in_every_field_are_printed_and_nothing_runs_or_is_fetched(
    name: str, ear: Ear
) -> None:
    paper, given = hostile_paper(name, MARKUP.format(address=ear.address) + CODE)
    pdf = render_pdf(paper)
    text = copied(pdf)
    unseen = hidden_in(paper, given)
    assert [place for place, value in given.items() if place not in unseen and shown(value) not in text] == []
    assert [place for place in unseen if _is_named(name, place)] == []
    assert active_parts(pdf) == []
    assert broken_clauses(pdf) == []
    assert ear.asked == []


@pytest.mark.parametrize("name", NAMES)
def test_signs_that_turn_hide_or_steer_are_printed_as_codes_when_they_stand_in_every_field(name: str) -> None:
    paper, given = hostile_paper(name, TURNED)
    text = copied(render_pdf(paper))
    unseen = hidden_in(paper, given)
    assert [place for place, value in given.items() if place not in unseen and shown(value) not in text] == []
    assert "[u+202e]" in text
    assert not set(text) & set("\u202e\u2066\u200b\u00ad\x07\x1b\x7f\x9b\ufeff\u2028")


@pytest.mark.parametrize("name", NAMES)
def test_hostile_value_prints_nothing_else_when_a_template_chooses_by_it(name: str) -> None:
    paper, given = hostile_paper(name, ODD, choices=True)
    page = to_page_html(paper)
    assert "49" not in page.replace("249", "")
    assert hidden_in(paper, given) >= CHOICES & set(given)


@pytest.mark.parametrize("name", ["enforcement_request_form.2026", "removal_proof.2026"])
def test_ten_thousand_characters_in_every_field_are_printed_whole(name: str) -> None:
    paper, given = hostile_paper(name, "x")
    fields = {field.name: LONG for field in FIELDS[paper.kind] if field.name in given}
    data = {**paper.data, **fields}
    pdf = render_pdf(type(paper)(paper.kind, paper.body, data, *_rest(paper)))
    unseen = hidden_in(paper, given)
    assert copied(pdf).count("nguyễn") >= LONG.count("Nguyễn") * len(set(fields) - unseen)


@pytest.mark.parametrize("kind", sorted(FIELDS))
def test_hostile_value_is_refused_by_name_when_the_field_is_no_text(kind: str) -> None:
    start = next(name for name in NAMES if start_template(name).kind == kind)
    paper, _given = hostile_paper(start, "x")
    for field in FIELDS[kind]:
        for place, value in _wrong(field):
            data = {**sample_data(kind), field.name: value}
            with pytest.raises(PaperError) as refused:
                render_pdf(type(paper)(paper.kind, paper.body, data, *_rest(paper)))
            assert refused.value.field == place


def test_address_in_a_value_is_no_link_and_no_picture_when_a_decision_is_printed(ear: Ear) -> None:
    pdf = render_pdf(decision("{{ debtor_name }}", debtor_name=f"{ear.address} <img src='{ear.address}'>"))
    assert shown(ear.address) in copied(pdf)
    assert active_parts(pdf) == []
    assert ear.asked == []


def _is_named(template: str, place: str) -> bool:
    """Whether the template prints the field whatever the other values are."""
    body = next(path for path in FILES if path.stem == template).read_text(encoding="utf-8")
    return f"{{{{ {place.partition('.')[0]}" in body and place not in CHOICES


def _wrong(field: Field) -> list[tuple[str, object]]:
    """Values that are not of the field's type, each with the place that the refusal must name."""
    if field.type is FieldType.TEXT:
        return [(field.name, 7), (field.name, date(2026, 1, 1)), (field.name, [ODD])]
    if field.type is not FieldType.LIST:
        return [(field.name, ODD), (field.name, "0" * 10_000), (field.name, {"a": 1})]
    row = dict(field.sample[0])  # type: ignore[index]
    wrong: list[tuple[str, object]] = [(field.name, ODD), (field.name, [ODD]), (field.name, [row] * 2_001)]
    for column in field.columns:
        value: object = 7 if column.type is FieldType.TEXT else ODD
        wrong.append((f"{field.name}.{column.name}", [{**row, column.name: value}]))
    return wrong


def _rest(paper):  # type: ignore[no-untyped-def]
    return paper.heading, paper.recipients, paper.signature, paper.check_url, paper.check_code
