"""Confirmations of what was enforced, from the citizen's first page to the signed paper and its fee."""

from __future__ import annotations

from backoffice import clock
from backoffice.access.roles import Role
from exports.signatures import load_trust, validate
from tests.flows.house import RECEIVED, Dossier, House, username
from tests.flows.officer import Officer
from tests.signatures.parts import PASSPHRASE, document

FORM = "result_confirmation"
PAPER = {
    "requester_role": "người được thi hành án",
    "court_name": "Tòa án nhân dân quận Ba Đình",
    "decision_number": "128/QĐ-CCTHADS",
    "decision_on": "14/07/2026",
    "debtor_name": "Trần Văn Quý",
    "debtor_address": "Thôn Đông, huyện Sóc Sơn, Hà Nội",
    "result": "Đã thi hành xong.",
}


def accepted(house: House, dossier: Dossier, examiner: Role) -> Officer:
    """The request with an examiner; the desk's browser."""
    desk = house.officer(Role.SUPPORT_OFFICER)
    desk.take(dossier.id, "receive")
    desk.fill(dossier.id, "accept", text="Hồ sơ hợp lệ.", sending="software")
    head = house.officer(Role.HEAD)
    head.fill(dossier.id, "assign", officer_id=username("CC001", examiner))
    assert dossier.state() == "Đang giải quyết"
    return desk


def numbered_paper(house: House, dossier: Dossier, drafter: Officer) -> int:
    """The confirmation, drafted on the screen, numbered by the clerk, and made by a worker."""
    address = f"/official-documents/draft/online_request/{dossier.id}/result_confirmation"
    drafter.open(address)
    answer = drafter.press(address, **PAPER)
    paper = int(str(answer.location).rsplit("/", 1)[1])
    clerk = house.officer(Role.CLERK)
    clerk.open(f"/official-documents/show/{paper}")
    clerk.press(f"/official-documents/step/{paper}/issue")
    house.wait_for_paper(paper, "prepared")
    return paper


def fetched(dossier: Dossier, paper: int) -> bytes:
    """The signed paper as the citizen gets it."""
    assert f"/ho-so-cua-toi/ket-qua/{paper}/" in dossier.citizen.answer.text
    return bytes(dossier.citizen.client.get(f"/ho-so-cua-toi/ket-qua/{paper}/").data)


def test_confirmation_of_a_running_case_is_signed_electronically_and_paid_for(house: House) -> None:
    dossier = house.filed(FORM)
    desk = accepted(house, dossier, Role.ENFORCEMENT_OFFICER)
    officer, head = house.officer(Role.ENFORCEMENT_OFFICER), house.officer(Role.HEAD)
    paper = numbered_paper(house, dossier, officer)
    officer.take(dossier.id, "submit_draft")
    assert dossier.state() == "Chờ ký"
    version = house.wait_for_paper(paper, "prepared")
    head.open(f"/signing/review?paper={paper}")
    head.press("/signing/sign", row=f"{paper}.{version}", key=str(house.key_id), passphrase=PASSPHRASE)
    house.wait_for_paper(paper, "signed")
    head.take(dossier.id, "sign")
    assert dossier.state() == "Đã ký"
    trust = load_trust(house.settings.signing.trust_dir)
    assert validate(fetched(dossier, paper), trust, clock.now())[0].is_valid
    refused = {"fee_vnd": "10.000", "fee_receipt_number": "", "text": "", "sending": "email"}
    desk.fill(dossier.id, "return", expected=400, **refused)
    desk.fill(dossier.id, "return", **{**refused, "fee_receipt_number": "BL-01"})
    assert dossier.state() == "Đã kết thúc: đã trả kết quả"
    stored = house.stored(dossier.id)
    assert (stored.fee_vnd, stored.fee_receipt_number, stored.case_id) == (10_000, "BL-01", None)
    steps = ("register", "receive", "accept", "assign_examiner", "submit_draft", "sign", "return_result")
    dossier.check_log(*steps)
    dossier.check_letters(RECEIVED, "result_given")


def test_confirmation_from_the_archive_is_signed_on_paper_and_scanned(house: House) -> None:
    dossier = house.filed(FORM)
    desk = accepted(house, dossier, Role.SECRETARY)
    secretary, head = house.officer(Role.SECRETARY), house.officer(Role.HEAD)
    secretary.take(dossier.id, "ask_archive", reason="Hồ sơ 12/2019, kho số 2.")
    assert "submit_draft" not in secretary.offered(dossier.id)
    head.take(dossier.id, "release_archive")
    paper = numbered_paper(house, dossier, secretary)
    secretary.take(dossier.id, "submit_draft")
    head.open(f"/signing/show/{paper}")
    head.press(f"/signing/scan/{paper}", scan=document(text="ký tay"))
    head.take(dossier.id, "sign")
    dossier.state()
    assert fetched(dossier, paper).startswith(b"%PDF")
    stranger = house.filed("feedback")
    stranger.state()
    assert stranger.citizen.client.get(f"/ho-so-cua-toi/ket-qua/{paper}/").status_code == 404
    words = {"text": "Mời nhận tại bộ phận một cửa.", "sending": "software"}
    desk.fill(dossier.id, "return", handed_over_way="desk", **words)
    assert dossier.state() == "Đã kết thúc: đã trả kết quả"
    desk.fill(dossier.id, "hand-out", handed_over_to="Nguyễn Thị Hòa, căn cước 0123")
    stored = house.stored(dossier.id)
    assert (stored.fee_vnd, stored.handed_over_on) == (None, stored.returned_on)
    dossier.check_log(
        "register", "receive", "accept", "assign_examiner", "ask_archive", "release_archive", "submit_draft",
        "sign", "return_result", "hand_out",
    )  # fmt: skip
    dossier.check_letters(RECEIVED)


def test_confirmation_is_refused_with_words_when_another_agency_is_competent(house: House) -> None:
    dossier = house.filed(FORM)
    desk = house.officer(Role.SUPPORT_OFFICER)
    desk.take(dossier.id, "receive")
    words = {"text": "Việc này thuộc cơ quan khác.", "sending": "email"}
    desk.fill(dossier.id, "refuse", ground_code="no_competence", **words)
    assert dossier.state() == "Đã kết thúc: bị từ chối"
    dossier.check_log("register", "receive", "refuse")
    assert words["text"] in dossier.check_letters(RECEIVED, "request_refused")[1]
