"""The page of Decree 30/2020 with names, lists and gaps of every length, read out of the PDF.

Here: what stands on one line or one page together, how papers end, whose power they name. Not here: standards of the
file and the words of the start set (`test_paper_pdf`).
"""

import io
from dataclasses import replace
from datetime import date

import pikepdf
import pytest

from exports.papers import CITIZEN_KINDS, FIELDS, SignatureBlock, render_pdf, sample_data
from tests.exports.paper_samples import CODE, FILES, SIGNATURE, decision, paper_of, start_template, text_of
from tests.exports.pdf_rules import broken_clauses

FORMS = [path.stem for path in FILES if path.stem.split(".")[0] in CITIZEN_KINDS]
OFFICE = [path.stem for path in FILES if path.stem.split(".")[0] not in CITIZEN_KINDS]
CITY = "Thành phố Hồ Chí Minh"


def lines_of(pdf, folder):
    return [line.strip() for line in text_of(pdf, folder).replace("\f", "\n").splitlines()]


def pages_of(pdf, folder):
    return text_of(pdf, folder).rstrip("\f").split("\f")


def with_recipients(number):
    names = tuple(f"Ủy ban nhân dân xã Tân Nhuận Đông số {count}" for count in range(1, number + 1))
    return replace(paper_of(start_template("enforcement_decision.2026")), recipients=names)


@pytest.mark.parametrize("name", OFFICE)
def test_paper_of_an_agency_ends_with_the_sign_of_the_end(name):
    assert start_template(name).body.rstrip().endswith("./.")


@pytest.mark.parametrize("name", FORMS)
def test_form_of_a_citizen_has_no_sign_of_the_end(name):
    assert "./." not in start_template(name).body


@pytest.mark.parametrize("name", FORMS)
def test_gap_to_fill_in_begins_on_the_line_of_its_label_when_the_value_is_missing(name, tmp_path):
    template = start_template(name)
    sample = sample_data(template.kind)
    bare = {field.name: sample[field.name] for field in FIELDS[template.kind] if field.required}
    lines = lines_of(render_pdf(paper_of(template, bare)), tmp_path)
    dots = [line for line in lines if "……" in line]
    assert dots
    # Whole lines of dots stand only where there is room to write at length.
    assert all(len(line) >= 30 for line in dots if not line.strip("…"))


def test_name_of_an_office_breaks_between_its_parts_and_not_inside(tmp_path):
    lines = lines_of(render_pdf(decision("Nội dung.")), tmp_path)
    for part in ("CỤC QUẢN LÝ", "THI HÀNH ÁN DÂN SỰ", "TỈNH ĐỒNG THÁP"):
        assert part in lines


def test_name_of_an_office_is_not_torn_off_the_page_when_its_part_is_too_long(tmp_path):
    paper = decision("Nội dung.")
    long = "Thi hành án dân sự tỉnh " + "Tên Rất Dài Của Một Tỉnh " * 4
    pdf = render_pdf(replace(paper, heading=replace(paper.heading, agency=long.strip())))
    assert " ".join(lines_of(pdf, tmp_path)).count("TÊN RẤT DÀI") == 4
    assert broken_clauses(pdf) == []


@pytest.mark.parametrize("day", [date(2026, 7, 5), date(2026, 12, 28)])
def test_place_and_date_stand_on_one_line_when_the_place_has_a_long_name(day, tmp_path):
    paper = decision("Nội dung.")
    pdf = render_pdf(replace(paper, heading=replace(paper.heading, place=CITY, issued_on=day)))
    assert f"{CITY}, ngày {day.day:02d} tháng {day.month} năm 2026" in lines_of(pdf, tmp_path)


def test_telephone_number_stays_on_one_line(tmp_path):
    for fill in range(0, 60, 3):
        body = "x " * fill + "điện thoại 0277 3850 000."
        assert "0277 3850 000" in text_of(render_pdf(decision(body)), tmp_path)


def test_number_of_an_account_is_left_to_break_when_it_is_no_telephone_number(tmp_path):
    text = text_of(render_pdf(decision("x " * 33 + "0000 0000 1234 5678 9012 3456 7890")), tmp_path)
    assert "".join(text.split()).count("0000000012345678901234567890") == 1


@pytest.mark.parametrize("number", [1, 13, 20, 33, 40])
def test_check_mark_and_signature_do_not_stand_alone_when_there_are_many_recipients(number, tmp_path):
    pdf = render_pdf(with_recipients(number))
    assert broken_clauses(pdf) == []
    last = " ".join(pages_of(pdf, tmp_path)[-1].split())
    for part in (CODE, SIGNATURE.name, "Nơi nhận", "Luật Thi hành án dân sự./."):
        assert part in last


def test_no_recipient_is_lost_when_their_list_is_longer_than_a_page(tmp_path):
    pdf = render_pdf(with_recipients(150))
    words = " ".join(text_of(pdf, tmp_path).split())
    assert all(f"Nhuận Đông số {count}{'.' if count == 150 else ';'}" in words for count in range(1, 151))
    with pikepdf.open(io.BytesIO(pdf)) as file:
        assert len(file.pages) <= 6


@pytest.mark.parametrize(
    ("authority", "named"),
    [("", "Phó Trưởng"), ("KT. Trưởng", "Trưởng"), ("tl. Cục trưởng", "Cục trưởng"), ("KT.", "Phó Trưởng")],
)
def test_decision_names_the_head_whoever_signs_in_the_heads_stead(authority, named):
    assert SignatureBlock(authority, "Phó Trưởng", "A").issuer_position == named


def test_decision_does_not_name_the_deputy_as_the_power_that_decides(tmp_path):
    lines = lines_of(render_pdf(paper_of(start_template("enforcement_decision.2026"))), tmp_path)
    above = lines[: lines.index("QUYẾT ĐỊNH:")]
    assert "TRƯỞNG THI HÀNH ÁN DÂN SỰ" in above
    assert not any("PHÓ" in line for line in above)
