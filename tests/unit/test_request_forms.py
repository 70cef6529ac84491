"""The citizens' forms as data, and reading what people type into them."""

from __future__ import annotations

from datetime import date

import pytest

from backoffice.errors import NotFoundError
from backoffice.models.states import AgencyLevel, DocumentKind
from backoffice.services.request_forms import all_forms, form_in_force, form_of, forms_in_force
from backoffice.workflow.messages import Name
from backoffice.workflow.request_form import FieldType, FormDataError, FormField, RequestForm, load_form
from backoffice.workflow.request_values import (
    LONGEST_TYPED,
    answers_of,
    doubts,
    page_errors,
    read_field,
    read_page,
)

TODAY = date(2026, 11, 22)
LAST_OLD, FIRST_NEW = date(2026, 6, 30), date(2026, 7, 1)


def field(kind: FieldType, *, required: bool = True, most: int = 200) -> FormField:
    """A field of the kind, with nothing special."""
    return FormField("f", kind, Name("Ô", "Field"), None, required, most, "off", ())


@pytest.mark.parametrize(("day", "version"), [(LAST_OLD, "2015"), (FIRST_NEW, "2026"), (TODAY, "2026")])
def test_form_is_the_one_of_the_law_when_the_day_is_at_the_boundary(day: date, version: str) -> None:
    assert form_in_force("enforcement_request", day).version == version
    assert form_in_force("result_confirmation", day).version == version


def test_form_is_refused_when_the_law_knew_none_that_day() -> None:
    with pytest.raises(NotFoundError):
        form_in_force("enforcement_request", date(2015, 8, 31))
    with pytest.raises(NotFoundError):
        form_in_force("nosuch", TODAY)
    with pytest.raises(NotFoundError):
        form_of("enforcement_request", "1999")


def test_bank_account_and_birth_date_are_asked_when_the_law_of_2026_holds() -> None:
    old, new = form_in_force("enforcement_request", LAST_OLD), form_in_force("enforcement_request", FIRST_NEW)
    assert new.page("tai-khoan") is not None
    assert old.page("tai-khoan") is None
    needed = {item.name for item in new.page("ca-nhan").fields if item.is_required}
    assert "birth_on" in needed
    confirmation = form_in_force("result_confirmation", LAST_OLD)
    for form in (old, confirmation):
        assert "birth_on" not in {item.name for item in form.page("ca-nhan").fields}


def test_every_procedure_has_a_form_when_today_is_asked() -> None:
    assert [form.code for form in forms_in_force(TODAY)] == [
        "enforcement_request",
        "result_confirmation",
        "feedback",
        "complaint_first",
        "complaint_second",
        "denunciation",
        "officer_change",
        "coercion_cost_relief",
        "enforcement_fee_relief",
    ]


@pytest.mark.parametrize("form", all_forms(), ids=lambda form: form.key)
def test_form_speaks_both_languages_and_names_what_exists(form: RequestForm) -> None:
    names = [form.title, form.summary, form.declaration, *form.needed]
    for page in form.pages:
        names += [page.title, *([page.intro] if page.intro else [])]
        for item in page.fields:
            names += [item.label, *([item.help] if item.help else [])]
            names += [words for choice in item.choices for words in (choice.label, choice.help) if words]
    assert all(name.vi.strip() and name.en.strip() for name in names)
    assert form.levels <= {level.value for level in AgencyLevel}
    assert {paper.kind for paper in form.attachments} <= {kind.value for kind in DocumentKind}
    assert form.legal_basis


@pytest.mark.parametrize(
    "change",
    [
        {"pages": []},
        {"valid_to": "2015-01-01"},
        {"valid_from": "yesterday"},
        {"pages": ["nosuch"]},
        {"title": {"vi": "Một"}},
    ],
)
def test_form_is_refused_when_its_data_contradict_themselves(change: dict[str, object]) -> None:
    page = {
        "name": "mot",
        "title": {"vi": "Một", "en": "One"},
        "fields": [
            {"name": name, "type": "line", "label": {"vi": "Ô", "en": "Field"}}
            for name in ("applicant_name", "identity_number", "email")
        ],
    }
    words = {"vi": "Lời", "en": "Words"}
    data = {
        "code": "x", "procedure": "x", "fixed": {}, "version": "2026", "valid_from": "2026-07-01", "valid_to": None,
        "legal_basis": "Điều 1", "levels": ["district"], "title": words, "summary": words, "needed": [],
        "declaration": words, "pages": [page], "attachments": [],
    }  # fmt: skip
    assert load_form(data, {"pages": {}, "fields": {}}).code == "x"
    with pytest.raises(FormDataError):
        load_form({**data, **change}, {"pages": {}, "fields": {}})


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (FieldType.NAME, "  Nguyễn  Thị Hòa ", "Nguyễn Thị Hòa"),
        (FieldType.NAME, "Nguyễn Thị Hòa", "Nguyễn Thị Hòa"),
        (FieldType.DAY, "5/12/1984", "1984-12-05"),
        (FieldType.DAY, "05.12.1984", "1984-12-05"),
        (FieldType.DAY, "05121984", "1984-12-05"),
        (FieldType.DAY, "1984-12-05", "1984-12-05"),
        (FieldType.PERSONAL_ID, "087 184 000 999", "087184000999"),
        (FieldType.PERSONAL_ID, "024.123.456", "024123456"),
        (FieldType.PERSONAL_ID, "c1234567", "C1234567"),
        (FieldType.BODY_ID, "0100047516", "0100047516"),
        (FieldType.BODY_ID, "0100047516-001", "0100047516-001"),
        (FieldType.ANY_ID, "087184000999", "087184000999"),
        (FieldType.PHONE, "0912 345 678", "0912345678"),
        (FieldType.PHONE, "+84 (912) 345-678", "+84912345678"),
        (FieldType.EMAIL, "hoa@example.vn", "hoa@example.vn"),
        (FieldType.MONEY, "250.000.000 đ", 250_000_000),
        (FieldType.MONEY, "250,000,000", 250_000_000),
        (FieldType.NUMBER, "12", 12),
        (FieldType.TEXT, "một\r\n\r\n\r\n\r\nhai\u200b ", "một\n\nhai"),
    ],
)
def test_field_gives_the_value_in_its_form_when_it_can_be_read(
    kind: FieldType, typed: str, value: object
) -> None:
    assert read_field(field(kind), typed, TODAY).value == value


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (FieldType.NAME, ""),
        (FieldType.NAME, " \u200b\u00a0"),
        (FieldType.NAME, "1234"),
        (FieldType.NAME, "A" * 201),
        (FieldType.NAME, "A" + "\u0301" * 10_000),
        (FieldType.NAME, "a" + "\u0316" * 5),
        (FieldType.NAME, "Hòa\x00"),
        (FieldType.NAME, "Hòa\ud800"),
        (FieldType.NAME, "Ông/Bà nhận tiền tại https://x.vn"),
        (FieldType.NAME, "Bấm WWW.x.vn"),
        (FieldType.NAME, "Gửi a@x.vn"),
        (FieldType.NAME, "<b>Hòa"),
        (FieldType.NAME, "=HYPERLINK(1)"),
        (FieldType.LINE, "x" * (LONGEST_TYPED + 1)),
        (FieldType.DAY, "30/02/2020"),
        (FieldType.DAY, "31/12/9999"),
        (FieldType.DAY, "01/01/1899"),
        (FieldType.DAY, "23/11/2026"),
        (FieldType.DAY, "hôm qua"),
        (FieldType.DAY, "٠٥/١٢/١٩٨٤"),
        (FieldType.PERSONAL_ID, "12345678"),
        (FieldType.PERSONAL_ID, "０８７１８４０００９９９"),
        (FieldType.BODY_ID, "0100047517"),
        (FieldType.ANY_ID, "12"),
        (FieldType.PHONE, "số của mẹ tôi"),
        (FieldType.EMAIL, "hoa@"),
        (FieldType.EMAIL, "hoa@example.vn\nBcc: x@example.vn"),
        (FieldType.MONEY, "0"),
        (FieldType.MONEY, "250.000.000,50"),
        (FieldType.MONEY, "-5"),
        (FieldType.MONEY, "9" * 16),
        (FieldType.MONEY, "1e9"),
        (FieldType.NUMBER, "0"),
        (FieldType.NUMBER, "201"),
        (FieldType.CHOICE, "nosuch"),
    ],
)
def test_field_says_what_is_wrong_when_it_cannot_be_read(kind: FieldType, typed: str) -> None:
    read = read_field(field(kind), typed, TODAY)
    assert read.value is None
    assert read.error is not None
    assert read.error.text()


@pytest.mark.parametrize(
    "name",
    [
        "Công ty TNHH Đ.T.X & Bạn (TP.HCM) số 22/12",
        "H’Hen Niê",
        "Trần Văn A - B",
        "Nguyễn Thị Hòa, con bà Tư",
    ],
)
def test_name_is_accepted_when_people_and_companies_bear_such_ones(name: str) -> None:
    assert read_field(field(FieldType.NAME), name, TODAY).value == name


def test_day_is_accepted_until_today_and_refused_after() -> None:
    item = field(FieldType.DAY)
    assert read_field(item, "21/11/2026", TODAY).value == "2026-11-21"
    assert read_field(item, "22/11/2026", TODAY).value == "2026-11-22"
    assert read_field(item, "23/11/2026", TODAY).error is not None


def test_field_may_stay_empty_when_it_is_not_required() -> None:
    read = read_field(field(FieldType.MONEY, required=False), "  ", TODAY)
    assert (read.value, read.error) == (None, None)


def test_pages_follow_from_the_answers_when_somebody_files_for_another() -> None:
    form = form_in_force("enforcement_request", TODAY)
    names = {page.name for page in form.pages_for({"on_behalf": "other", "applicant_kind": "organisation"})}
    assert {"nguoi-dai-dien", "to-chuc"} <= names
    assert "ca-nhan" not in names
    names = {page.name for page in form.pages_for({"on_behalf": "self", "applicant_kind": "person"})}
    assert "ca-nhan" in names
    assert not {"nguoi-dai-dien", "to-chuc"} & names
    assert [paper.name for paper in form.attachments_for({"on_behalf": "other"}) if paper.is_required] == [
        "judgment",
        "authorisation",
    ]


def test_answers_of_a_page_that_is_no_longer_asked_do_not_count() -> None:
    form = form_in_force("enforcement_request", TODAY)
    pages = {
        "nop-thay": {"on_behalf": "self"},
        "nguoi-yeu-cau": {"applicant_kind": "person"},
        "ca-nhan": {
            "applicant_name": "Nguyễn Thị Hòa",
            "birth_on": "05/12/1984",
            "identity_number": "087184000999",
        },
        "to-chuc": {"applicant_name": "Công ty Ví Dụ", "representative_name": "Trần Văn A"},
        "nguoi-dai-dien": {"representative_name": "Lê Văn B"},
    }
    answers = answers_of(form, pages, {"nguoi-phai": [{"person_name": "Trần Văn Quý"}]}, TODAY)
    assert answers["applicant_name"] == "Nguyễn Thị Hòa"
    assert "representative_name" not in answers
    assert answers["debtors"] == [{"person_name": "Trần Văn Quý"}]


def test_page_is_not_done_when_it_was_never_filled_in_or_nobody_is_named() -> None:
    form = form_in_force("enforcement_request", TODAY)
    people, account = form.page("nguoi-phai"), form.page("tai-khoan")
    assert people is not None
    assert account is not None
    assert page_errors(people, {}, {}, TODAY)
    assert page_errors(people, {}, {"nguoi-phai": [{"person_name": "Trần Văn Quý"}]}, TODAY)
    assert page_errors(account, {}, {}, TODAY)
    assert not page_errors(account, {"tai-khoan": {"bank_account": ""}}, {}, TODAY)


def test_doubt_is_told_when_number_and_year_of_birth_differ() -> None:
    assert doubts({"identity_number": "087184000999", "birth_on": "1985-05-12"}) != []
    assert doubts({"identity_number": "087184000999", "birth_on": "1984-05-12"}) == []
    assert doubts({"identity_number": "024123456", "birth_on": "1985-05-12"}) == []


def test_typed_words_stay_out_of_the_answers_when_a_field_is_wrong() -> None:
    form = form_in_force("feedback", TODAY)
    page = form.page("so-nguoi")
    assert page is not None
    read = read_page(page.fields, {"people_count": "nhiều", "nosuch": "x"}, TODAY)
    assert set(read.errors) == {"people_count"}
    assert set(read.values) == {"people_count", "representatives"}
