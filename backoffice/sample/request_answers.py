"""Invented answers to the forms of citizens: who asks, about which judgment, in which words.

Not here: when a request came and what became of it (`request_stories`), the fields themselves (`data`).
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from backoffice.sample.cases import NO_PROVINCE
from backoffice.sample.names import person_name
from backoffice.sample.places import Place

_OLDER_SHARE, _FEMALE_SHARE = 0.45, 0.45
# Long enough ago that the judgment has legal force, soon enough that it may still be enforced.
_JUDGED_DAYS = (40, 300)
_LAW_OF_2026 = date(2026, 7, 1)
# A matter of its own under the procedure of complaints.
SECOND_COMPLAINT = "complaint_second"

Answers = dict[str, str]

_CLAIMS = (
    ("loan_repayment", "Buộc bị đơn trả số tiền vay gốc và tiền lãi theo bản án."),
    ("contract_payment", "Buộc bị đơn thanh toán tiền hàng còn nợ theo hợp đồng mua bán và lãi chậm trả."),
    ("compensation", "Bồi thường thiệt hại về sức khỏe theo quyết định của bản án."),
    ("maintenance", "Cấp dưỡng nuôi con chung hằng tháng theo quyết định công nhận thuận tình ly hôn."),
    ("labour_payment", "Trả tiền lương còn nợ và trợ cấp thôi việc theo bản án."),
)
_CONFIRMED = (
    "Xác nhận số tiền đã thi hành và số tiền còn phải thi hành đến nay.",
    "Xác nhận đã thi hành xong toàn bộ nghĩa vụ theo quyết định thi hành án.",
    "Xác nhận kết quả thi hành án để bổ sung hồ sơ vay vốn ngân hàng.",
)
_FEEDBACK = (
    ("reflection", "Thời gian tiếp công dân", "Bộ phận một cửa nghỉ sớm hơn giờ niêm yết vào chiều thứ Sáu."),
    (
        "proposal",
        "Bảng hướng dẫn hồ sơ",
        "Đề nghị niêm yết thêm bảng hướng dẫn chữ to cho người cao tuổi tại nơi tiếp dân.",
    ),
    (
        "petition",
        "Tiến độ thi hành án",
        "Đã nộp đơn yêu cầu thi hành án nhưng chưa biết kết quả xác minh điều kiện thi hành án, đề nghị trả lời.",
    ),
    ("reflection", "Thái độ tiếp dân", "Cán bộ hướng dẫn tận tình, đề nghị biểu dương."),
)
_COMPLAINTS = (
    ("Việc chậm ra quyết định thi hành án", "Đề nghị ra quyết định thi hành án và trả lời bằng văn bản."),
    ("Việc kê biên căn nhà đang ở", "Đề nghị xem xét lại việc kê biên vì giá trị tài sản vượt quá nghĩa vụ."),
    ("Việc định giá lại tài sản kê biên", "Đề nghị định giá lại tài sản theo giá thị trường."),
)
_DENOUNCED = (
    "Có biểu hiện gây phiền hà, yêu cầu đương sự nộp giấy tờ ngoài quy định khi nhận tiền thi hành án.",
    "Thông báo việc kê biên không đúng thời hạn, làm đương sự không kịp thực hiện quyền của mình.",
)
_CHANGES = (
    "Chấp hành viên là người thân thích của người phải thi hành án.",
    "Chấp hành viên nhiều lần không thông báo việc thi hành án theo quy định.",
)
_HARDSHIP = (
    "Gia đình thuộc hộ nghèo, có xác nhận của Ủy ban nhân dân phường nơi cư trú.",
    "Bị bệnh hiểm nghèo, đang điều trị dài ngày, không còn thu nhập.",
    "Gia đình có công với cách mạng, hoàn cảnh kinh tế khó khăn.",
)


def procedure_of(matter: str) -> str:
    """The procedure that a matter falls under."""
    return "complaint" if matter == SECOND_COMPLAINT else matter


def answers(rng: Random, place: Place, matter: str, on: date, *, with_address: bool) -> Answers:
    """What somebody of the place answers on a day; `with_address` gives an e-mail address that leads nowhere."""
    applicant = _applicant(rng, place, on)
    if with_address:
        applicant["email"] = f"nguoi-dan-{rng.randint(100, 999)}@example.org"
    return {**applicant, **_MATTERS[matter](rng, place, on, applicant["applicant_name"])}


def _applicant(rng: Random, place: Place, on: date) -> Answers:
    female, older = rng.random() < _FEMALE_SHARE, rng.random() < _OLDER_SHARE
    born = on - timedelta(
        days=365 * (rng.randint(48, 72) if older else rng.randint(22, 46)) + rng.randint(0, 364)
    )
    century = (2 if born.year >= 2000 else 0) + female
    found = {
        "applicant_kind": "person",
        "applicant_name": person_name(rng, place.province_code, female=female, older=older).text,
        "identity_number": f"{NO_PROVINCE}{century}{born.year % 100:02d}{rng.randint(0, 999_999):06d}",
        "address": place.address(rng, after_reform=True),
    }
    # The law before July 2026 did not ask for it.
    return found | ({"birth_on": born.isoformat()} if on >= _LAW_OF_2026 else {})


def _judgment(rng: Random, place: Place, on: date) -> Answers:
    judged_on = on - timedelta(days=rng.randint(*_JUDGED_DAYS))
    court, stage = place.court(rng, after_reform=judged_on >= date(2025, 7, 1))
    return {
        "judgment_number": f"{rng.randint(1, 400):02d}/{judged_on.year}/DS-{stage}",
        "judgment_on": judged_on.isoformat(),
        "court_name": court,
    }


def _enforcement(rng: Random, place: Place, on: date, name: str) -> Answers:
    code, words = rng.choice(_CLAIMS)
    debtor = person_name(rng, place.province_code, female=rng.random() < _FEMALE_SHARE, older=False).text
    return {
        **_judgment(rng, place, on),
        "applicant_role": "creditor",
        "creditor_name": name,
        "creditor_address": place.address(rng, after_reform=True),
        "debtor_kind": "person",
        "debtor_name": debtor,
        "debtor_address": place.address(rng, after_reform=True),
        "obligation_code": code,
        "amount_vnd": str(rng.randint(8, 900) * 500_000),
        "content": words,
    }


def _confirmation(rng: Random, place: Place, on: date, _name: str) -> Answers:
    judgment = _judgment(rng, place, on)
    return {
        **judgment,
        "applicant_role": rng.choice(("creditor", "debtor")),
        "content": rng.choice(_CONFIRMED),
    }


def _feedback(rng: Random, _place: Place, _on: date, _name: str) -> Answers:
    kind, subject, words = rng.choice(_FEEDBACK)
    return {"feedback_kind": kind, "people_count": "1", "subject_line": subject, "content": words}


def _complaint(rng: Random, _place: Place, _on: date, _name: str) -> Answers:
    concerned, claim = rng.choice(_COMPLAINTS)
    return {
        "complaint_level": "first",
        "concerned": concerned,
        "content": f"{concerned} ảnh hưởng đến quyền, lợi ích hợp pháp của gia đình.",
        "claim": claim,
    }


def _second_complaint(rng: Random, place: Place, on: date, name: str) -> Answers:
    number = f"{rng.randint(1, 90)}/QĐ-GQKN"
    return {**_complaint(rng, place, on, name), "complaint_level": "second", "first_decision_number": number}


def _denunciation(rng: Random, place: Place, _on: date, _name: str) -> Answers:
    person = person_name(rng, place.province_code, female=False, older=True).text
    return {"concerned_person": person, "content": rng.choice(_DENOUNCED)}


def _decision(rng: Random, place: Place) -> Answers:
    number = f"{rng.randint(1, 900)}/{place.decision_suffix(after_reform=True)}"
    return {"enforcement_decision_number": number}


def _officer_change(rng: Random, place: Place, _on: date, _name: str) -> Answers:
    officer = person_name(rng, place.province_code, female=False, older=True).text
    return {**_decision(rng, place), "officer_name": officer, "content": rng.choice(_CHANGES)}


def _relief(rng: Random, place: Place, _on: date, _name: str) -> Answers:
    kind = rng.choice(("exemption", "reduction"))
    return {**_decision(rng, place), "relief_kind": kind, "content": rng.choice(_HARDSHIP)}


_MATTERS = {
    "enforcement_request": _enforcement,
    "result_confirmation": _confirmation,
    "feedback": _feedback,
    "complaint": _complaint,
    SECOND_COMPLAINT: _second_complaint,
    "denunciation": _denunciation,
    "officer_change": _officer_change,
    "coercion_cost_relief": _relief,
    "enforcement_fee_relief": _relief,
}
