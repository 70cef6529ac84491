"""Hostile values in every field of every kind: shown as text or refused by name; nothing runs, nothing is fetched."""

import threading
import unicodedata
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from exports.papers import CITIZEN_KINDS, FIELDS, FieldType, PaperError, render_pdf, sample_data, to_page_html
from exports.papers.alphabet import characters
from exports.papers.values import visible
from tests.exports.paper_samples import FILES, decision, paper_of, start_template, text_of
from tests.exports.pdf_rules import broken_clauses

MARKUP = "<script>alert(1)</script><img src=x onerror=y>&amp;<b>"
TEMPLATE = "{{ agency_name }}{% for x in obligations %}{{ 7*7 }}{% endfor %} **đậm** | ô | # đầu \\* :page:"
STYLE = "</title></style><style>*{background:url(http://127.0.0.1:9/x)}</style>"
TURNED = "Nguyễn\u202eVăn A\u2066\u200bB\u00ad"
HOSTILE = {"markup": MARKUP, "template code": TEMPLATE, "style": STYLE, "turned": TURNED}
SEALS = "\ue0000\ue001\ue0001\ue001"


def hostile(kind: str, text: str) -> dict[str, object]:
    """The sample data of a kind with the text in every field of text, in lists too."""
    data: dict[str, object] = {}
    for field in FIELDS[kind]:
        if field.type is FieldType.TEXT:
            data[field.name] = text
        elif field.type is FieldType.LIST:
            texts = {column.name: text for column in field.columns if column.type is FieldType.TEXT}
            data[field.name] = [{**row, **texts} for row in field.sample]
        else:
            data[field.name] = field.sample
    return data


@pytest.mark.parametrize("name", sorted(HOSTILE))
@pytest.mark.parametrize(
    "path", [one for one in FILES if one.stem.endswith("2026")] + FILES[2:4], ids=lambda path: path.stem
)
def test_hostile_text_is_shown_as_text_when_it_stands_in_every_field(path, name):
    template = start_template(path.stem)
    html = to_page_html(paper_of(template, hostile(template.kind, HOSTILE[name])))
    calm = to_page_html(paper_of(template, hostile(template.kind, "calm")))
    assert _tags(html) - {"<span class=", "</span>"} == _tags(calm) - {"<span class=", "</span>"}
    assert "49" not in html.replace("249", "")
    assert not any(sign in html for sign in "\u202e\u2066\u200b\u00ad\ue000\ue001")


def test_hostile_text_comes_out_of_the_file_as_it_went_in(tmp_path):
    paper = decision("{{ debtor_name }}", debtor_name=MARKUP + TEMPLATE)
    pdf = render_pdf(paper)
    text = " ".join(text_of(pdf, tmp_path).split())
    assert MARKUP in text.replace(" ", "").replace("imgsrc=xonerror", "img src=x onerror")
    assert (
        "{{ agency_name }}{% for x in obligations %}{{ 7*7 }}{% endfor %} **đậm** | ô | # đầu \\* :page:"
        in text
    )
    assert broken_clauses(pdf) == []


def test_ten_thousand_characters_are_printed_whole_when_nothing_in_them_can_break(tmp_path):
    for long in ("a" * 10_000, "Nguyễn " * 1_428):
        pdf = render_pdf(decision("{{ debtor_name }}\n| {{ debtor_name }} | x |", debtor_name=long))
        found = text_of(pdf, tmp_path)
        assert found.count(long[0]) >= 2 * long.count(long[0])
        assert broken_clauses(pdf) == []


def test_signs_that_hide_or_turn_text_are_shown_by_their_codes(tmp_path):
    text = " ".join(text_of(render_pdf(decision("{{ debtor_name }}", debtor_name=TURNED)), tmp_path).split())
    assert "Nguyễn[U+202E]Văn A[U+2066][U+200B]B[U+00AD]" in text


def test_letters_outside_the_fonts_are_shown_by_their_codes_and_no_font_of_the_system_slips_in(tmp_path):
    pdf = render_pdf(decision("{{ debtor_name }}", debtor_name="李 עברית 😀 नमस्ते \U000e0041"))
    assert "[U+674E] [U+05E2]" in " ".join(text_of(pdf, tmp_path).split())
    assert b"Noto" not in pdf
    assert b"DejaVu" not in pdf
    assert broken_clauses(pdf) == []


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b", "\udfff", "x" * 20_001])
@pytest.mark.parametrize("kind", sorted(FIELDS))
def test_value_is_refused_by_name_when_no_text_can_carry_it(kind, text):
    for field in FIELDS[kind]:
        if field.type is FieldType.TEXT:
            template = start_template(f"{kind}.2015")
            paper = paper_of(template)
            data = {**sample_data(kind), field.name: text}
            with pytest.raises(PaperError) as refused:
                render_pdf(type(paper)(**{**_parts(paper), "data": data}))
            assert refused.value.field == field.name


def test_parts_round_the_body_are_text_too():
    paper = decision("Nội dung.")
    parts = _parts(paper)
    heading = type(paper.heading)(MARKUP, MARKUP, 1, MARKUP, MARKUP, None, MARKUP, MARKUP)
    signer = type(paper.signature)(MARKUP, MARKUP, MARKUP)
    html = to_page_html(
        type(paper)(**{**parts, "heading": heading, "signature": signer, "recipients": (MARKUP,)})
    )
    assert "<script" not in html.lower()
    assert "<img" not in html.lower()
    assert "onerror" in html.lower()


def test_paper_is_refused_when_a_part_round_the_body_cannot_be_carried():
    paper = decision("Nội dung.")
    for part in ({"recipients": ("a\0",)}, {"check_code": "\ud800", "check_url": "https://example.vn/"}):
        with pytest.raises(PaperError):
            render_pdf(type(paper)(**{**_parts(paper), **part}))


def test_seals_of_values_cannot_be_forged_by_a_value_or_a_template():
    shown = to_page_html(
        decision("{{ debtor_name }} {{ court_name }}", debtor_name=SEALS, court_name="bí mật")
    )
    assert shown.count("bí mật") == 1
    assert to_page_html(decision(SEALS + "{{ court_name }}", court_name="bí mật")).count("bí mật") == 1


def test_nothing_is_fetched_when_values_and_template_name_addresses():
    asked: list[str] = []

    class Ear(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

    with ThreadingHTTPServer(("127.0.0.1", 0), Ear) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}/x.png"
        bait = f'<img src="{address}"><link rel=stylesheet href="{address}"><a href="{address}">x</a> url({address})'
        pdf = render_pdf(decision(f"{bait}\n{{{{ debtor_name }}}}", debtor_name=bait))
        server.shutdown()
    assert asked == []
    assert b"/URI" not in pdf


def test_engine_ends_the_paper_when_anything_but_a_shipped_font_is_asked_for():
    # The HTML of a paper never asks; this is the wall behind it.
    from_engine = __import__("exports.papers.engine", fromlist=["engine"])
    page = __import__("exports.papers.layout", fromlist=["layout"]).Page
    for address in ("http://127.0.0.1:9/x", "file:///etc/passwd", "papers:other", "data:text/css,p{}"):
        with pytest.raises(from_engine.FatalURLFetchingError):
            from_engine.to_pdf(
                page("x", f'<html lang="vi"><title>x</title><link rel=stylesheet href="{address}">')
            )


def test_alphabet_has_every_vietnamese_letter_and_nothing_that_hides():
    marks = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
    vowels = [unicodedata.normalize("NFC", base + mark) for base in "aăâeêioôơuưy" for mark in marks]
    letters = {letter for vowel in [*vowels, "đ"] for letter in (vowel, vowel.upper())}
    assert len([letter for letter in letters if ord(letter) > 127]) == 134
    assert {ord(sign) for sign in letters | set("₫–“”…‘’")} <= characters()
    assert [
        code for code in characters() if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Co", "Cn")
    ] == []
    assert visible("".join(sorted(letters))) == "".join(sorted(letters))


def test_decomposed_text_is_composed_before_it_is_printed(tmp_path):
    loose = unicodedata.normalize("NFD", "Nguyễn Thị Hồng Nhung ở phường Mỹ Thọ")
    text = " ".join(text_of(render_pdf(decision("{{ debtor_name }}", debtor_name=loose)), tmp_path).split())
    assert "Nguyễn Thị Hồng Nhung ở phường Mỹ Thọ" in text
    assert set(FIELDS) > CITIZEN_KINDS


def _parts(paper: object) -> dict[str, object]:
    return {name: getattr(paper, name) for name in type(paper).__dataclass_fields__}


def _tags(html: str) -> set[str]:
    return {piece.split("=")[0] + "=" if "=" in piece else piece for piece in _pieces(html)}


def _pieces(html: str) -> list[str]:
    return [
        f"<{piece.split('>')[0].split(' ')[0]}" + ("=" if " " in piece.split(">")[0] else ">")
        for piece in html.split("<")[1:]
    ]
