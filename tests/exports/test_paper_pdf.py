"""The PDF files of the start set: standards, fonts, copied text, the same bytes, nothing fetched or run."""

import hashlib
import subprocess
import sys
from dataclasses import replace

import pikepdf
import pytest

from exports.papers import (
    FIELDS,
    FieldType,
    PaperError,
    check_template,
    read_start_template,
    render_pdf,
    sample_data,
)
from tests.exports.paper_samples import (
    CODE,
    FILES,
    ROOT,
    decision,
    paper_of,
    start_template,
    text_of,
    words_lost,
)
from tests.exports.pdf_rules import broken_clauses

LONG_NAME = "Công ty Trách nhiệm hữu hạn Một thành viên Thương mại Dịch vụ Xây dựng " * 4


def bare(kind: str) -> dict[str, object]:
    """The sample data without anything that may be missing."""
    sample = sample_data(kind)
    return {field.name: sample[field.name] for field in FIELDS[kind] if field.required}


def full(kind: str) -> dict[str, object]:
    """Every field filled: long names, and lists that run over several pages."""
    filled: dict[str, object] = {}
    for field in FIELDS[kind]:
        if field.type is FieldType.TEXT:
            filled[field.name] = str(field.sample or LONG_NAME).strip()
        elif field.type is FieldType.LIST:
            filled[field.name] = [dict(row) for _turn in range(12) for row in field.sample]
        else:
            filled[field.name] = field.sample
    return filled


def test_start_set_covers_every_kind_with_a_template_in_force_each_day():
    templates = [read_start_template(path.read_text(encoding="utf-8")) for path in FILES]
    for kind in FIELDS:
        mine = sorted((one for one in templates if one.kind == kind), key=lambda one: one.valid_from)
        assert mine[0].valid_from.isoformat() == "2015-09-01"
        assert mine[-1].valid_to is None
        ends = [one.valid_to.toordinal() + 1 for one in mine[:-1]]
        assert ends == [one.valid_from.toordinal() for one in mine[1:]]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_start_template_is_without_fault_and_gives_its_words_back(path, tmp_path):
    template = read_start_template(path.read_text(encoding="utf-8"))
    assert [problem.text() for problem in check_template(template.kind, template.body)] == []
    paper = paper_of(template)
    pdf = render_pdf(paper)
    assert broken_clauses(pdf) == []
    assert words_lost(paper, text_of(pdf, tmp_path)) == {}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_start_template_holds_when_all_that_may_be_missing_is_missing(path, tmp_path):
    template = read_start_template(path.read_text(encoding="utf-8"))
    pdf = render_pdf(paper_of(template, bare(template.kind)))
    assert broken_clauses(pdf) == []
    assert "None" not in text_of(pdf, tmp_path)


@pytest.mark.parametrize("path", [one for one in FILES if "2026" in one.stem], ids=lambda path: path.stem)
def test_start_template_holds_when_names_are_long_and_tables_run_over_pages(path, tmp_path):
    template = read_start_template(path.read_text(encoding="utf-8"))
    paper = paper_of(template, full(template.kind))
    paper = replace(paper, recipients=(*paper.recipients, *(f"Cơ quan phối hợp số {n}" for n in range(25))))
    pdf = render_pdf(paper)
    assert broken_clauses(pdf) == []
    assert words_lost(paper, text_of(pdf, tmp_path)) == {}


def test_heads_of_a_table_come_again_on_every_page_and_pages_are_numbered_from_the_second(tmp_path):
    rows = [{"description": f"Khoản {number}", "amount": number * 1000} for number in range(1, 120)]
    template = start_template("enforcement_decision.2026")
    paper = paper_of(template, {**sample_data("enforcement_decision"), "obligations": rows})
    pages = text_of(render_pdf(paper), tmp_path).split("\f")[:-1]
    assert len(pages) >= 4
    assert [page.split()[0] for page in pages[1:]] == [str(number) for number in range(2, len(pages) + 1)]
    assert pages[0].split()[0] != "1"
    assert all("Nội dung nghĩa vụ" in page for page in pages[:-1])


def test_signature_never_stands_alone_on_a_page_when_the_text_fills_the_page_before(tmp_path):
    for lines in range(20, 32):
        pages = text_of(render_pdf(decision("Một dòng chữ.\n" * lines)), tmp_path).split("\f")[:-1]
        assert "Một dòng chữ." in pages[-1]


def test_page_break_starts_a_page_when_the_template_asks(tmp_path):
    pages = text_of(render_pdf(decision("Trang đầu\n:page:\nTrang sau")), tmp_path).split("\f")
    assert "Trang đầu" in pages[0]
    assert "Trang sau" in pages[1]


def test_fonts_are_only_the_shipped_ones(tmp_path):
    body = "Thường **đậm** *nghiêng* ***cả hai*** ₫ – “ ” …"
    with pikepdf.open(_written(render_pdf(decision(body)), tmp_path)) as pdf:
        names = {str(thing.BaseFont)[8:] for thing in pdf.objects if _is_font(thing)}
    assert names == {
        "OpenTHADS-Serif",
        "OpenTHADS-Serif-Bold",
        "OpenTHADS-Serif-Italic",
        "OpenTHADS-Serif-Bold-Italic",
    }


def test_same_paper_gives_the_same_bytes_in_every_process():
    code = (
        "import hashlib\n"
        "from exports.papers import render_pdf\n"
        "from tests.exports.paper_samples import paper_of, start_template\n"
        "for name in ('enforcement_decision.2026', 'enforcement_request_form.2026'):\n"
        "    print(hashlib.sha256(render_pdf(paper_of(start_template(name)))).hexdigest())\n"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin", "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        for seed, zone in (("1", "UTC"), ("2", "Asia/Ho_Chi_Minh"))
    ]
    here = hashlib.sha256(render_pdf(paper_of(start_template("enforcement_decision.2026")))).hexdigest()
    assert runs[0] == runs[1]
    assert runs[0][0] == here


def test_door_does_not_load_weasyprint_when_no_paper_is_made():
    code = "import sys, exports.papers as door\nprint([name for name in sys.modules if 'weasyprint' in name])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_missing_pango_is_said_in_one_sentence_when_a_paper_is_asked_for():
    code = (
        "import ctypes.util, sys\n"
        "sys.modules['weasyprint.text.ffi'] = None\n"
        "class Blocked:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'weasyprint':\n"
        "            raise OSError('cannot load library libpango')\n"
        "sys.meta_path.insert(0, Blocked())\n"
        "from exports.papers import renderer_problem\n"
        "print(renderer_problem())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    sentence = "Documents cannot be made as PDF here: the Debian package libpangoft2-1.0-0 is missing."
    assert done.stdout.strip() == sentence


def test_check_mark_stands_in_the_foot_with_words_for_those_who_do_not_see_it(tmp_path):
    pdf = render_pdf(paper_of(start_template("removal_proof.2026")))
    assert CODE in text_of(pdf, tmp_path)
    with pikepdf.open(_written(pdf, tmp_path)) as file:
        words = [
            str(thing.Alt)
            for thing in file.objects
            if isinstance(thing, pikepdf.Dictionary) and "/Alt" in thing
        ]
        pictures = [
            thing for thing in file.objects if isinstance(thing, pikepdf.Stream) and "/Width" in thing
        ]
    assert words == [f"Mã QR để kiểm tra văn bản, mã tra cứu {CODE}"]
    assert pictures == []


def test_place_for_the_signature_can_be_found_by_name(tmp_path):
    with pikepdf.open(_written(render_pdf(decision("Nội dung.")), tmp_path)) as pdf:
        names = list(pdf.Root.Names.Dests.Names)
        page, _kind, left, top, _zoom = names[names.index("signature") + 1]
        assert page.objgen == pdf.pages[0].objgen
        assert 250 < float(left) < 400
        assert 100 < float(top) < 800


def test_paper_is_refused_when_a_required_value_is_missing_or_of_the_wrong_type():
    template = start_template("enforcement_decision.2026")
    for name, value in (
        ("debtor_name", None),
        ("debtor_name", ""),
        ("judgment_on", "2026-07-01"),
        ("total_amount", True),
    ):
        with pytest.raises(PaperError) as refused:
            render_pdf(paper_of(template, {**sample_data("enforcement_decision"), name: value}))
        assert refused.value.field == name


def _written(pdf: bytes, folder):
    path = folder / "one.pdf"
    path.write_bytes(pdf)
    return path


def _is_font(thing: object) -> bool:
    return isinstance(thing, pikepdf.Dictionary) and thing.get("/Subtype") == "/Type0"
