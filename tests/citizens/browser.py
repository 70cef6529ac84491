"""A citizen's browser for tests through HTTP: follows the pages, fills in their forms, remembers the last page.

Not here: fixtures (`conftest`), what the answers should be.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.documents import zoo

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
PERSON = {
    "applicant_name": "Nguyễn Thị Hồng Hòa",
    "birth_on": "12/05/1984",
    "identity_number": "087 184 000 999",
}
CONTACT = {
    "address": "Số 12, phố Đội Cấn, quận Ba Đình, Hà Nội",
    "phone": "0912 345 678",
    "email": "hoa@example.vn",
}
DEBTOR = {
    "person_kind": "person",
    "person_name": "Trần Văn Quý",
    "person_birth_on": "",
    "person_number": "",
    "person_address": "Thôn Đông, huyện Sóc Sơn, Hà Nội",
}
# Answers to every page of every form, by field; a page takes those that it asks for.
ANSWERS = {
    **PERSON,
    **CONTACT,
    "on_behalf": "self",
    "applicant_kind": "person",
    "applicant_role": "creditor",
    "judgment_number": "45/2025/DS-ST",
    "judgment_on": "18/11/2025",
    "court_name": "Tòa án nhân dân quận Ba Đình",
    "obligation_code": "loan_repayment",
    "content": "Buộc ông Trần Văn Quý trả tiền nợ gốc và tiền lãi.\nTừ ngày 01/01/2026.",
    "amount_vnd": "250.000.000",
    "asset_information": "Nhà đất tại huyện Sóc Sơn.",
    "bank_account": "0011 0000 1234, Ngân hàng Ví Dụ",
    "enforcement_decision_number": "128/QĐ-CCTHADS",
    "enforcement_decision_on": "14/07/2026",
    "delivery": "desk",
    "purpose": "Vay vốn",
    "feedback_kind": "proposal",
    "subject_line": "Chậm chi trả tiền thi hành án",
    "people_count": "1",
    "concerned_person": "Phạm Quốc Hùng",
    "concerned": "Quyết định cưỡng chế số 15/QĐ-THADS",
    "learned_on": "20/08/2026",
    "claim": "Hủy quyết định nêu trên.",
    "first_decision_number": "7/QĐ-GQKN",
    "first_decision_on": "01/09/2026",
    "disagreement": "Không đồng ý điểm 2.",
    "officer_name": "Phạm Quốc Hùng",
    "relief_kind": "reduction",
}
PDF = zoo.pdf()


@dataclass
class Citizen:
    """One browser and the page it shows."""

    client: FlaskClient
    answer: TestResponse = field(init=False)

    @property
    def page(self) -> BeautifulSoup:
        """The page as it is read."""
        return BeautifulSoup(self.answer.text, "html.parser")

    @property
    def heading(self) -> str:
        """The main heading."""
        found = self.page.h1
        assert found is not None, self.answer.text[-1500:]
        return found.get_text(" ", strip=True)

    @property
    def path(self) -> str:
        """Where the browser is."""
        return self.answer.request.path

    @property
    def number(self) -> str:
        """The number of the draft that the browser is in."""
        return self.path.split("/")[2]

    def open(self, path: str) -> TestResponse:
        """Go to an address."""
        self.answer = self.client.get(path, follow_redirects=True)
        return self.answer

    def send(self, values: dict[str, Any], path: str | None = None, *, follow: bool = True) -> TestResponse:
        """Send the form of the page with its token; files are pairs of bytes and name."""
        token = TOKEN.search(self.answer.text)
        assert token, self.answer.text[-1500:]
        data = {"csrf_token": token.group(1), **values}
        for name, value in values.items():
            if isinstance(value, tuple):
                data[name] = (io.BytesIO(value[0]), value[1])
        answer = self.client.post(path or self.path, data=data, follow_redirects=follow)
        if follow:
            self.answer = answer
        return answer

    def fields(self) -> list[str]:
        """The names of the fields on the page's form."""
        form = self.page.find("form", id="page-form")
        assert isinstance(form, Tag), self.answer.text[-1500:]
        names = [str(item.get("name")) for item in form.find_all(["input", "textarea", "select"])]
        return list(dict.fromkeys(name for name in names if name not in {"csrf_token", "form"}))

    def faults(self) -> list[str]:
        """What the summary at the top says."""
        found = self.page.find(id="faults")
        return [item.get_text(strip=True) for item in found.find_all("li")] if isinstance(found, Tag) else []

    def begin(self, form: str, agency: str = "CC001") -> None:
        """Choose what it is about and the agency."""
        self.open("/nop-ho-so/")
        self.send({"procedure": form})
        if self.path.endswith("/co-quan/"):
            self.send({"province": "C01", "address": "", "go": "on"})
        self.send({"agency": agency, "go": "on"})

    def fill_in(self, answers: dict[str, str], *, until: str = "/giay-to/") -> None:
        """Answer page after page until the one whose address ends so."""
        for _step in range(40):
            if self.path.endswith(until):
                return
            if "/nguoi/" in self.path:
                values = {**DEBTOR, "more": "no"} if "more" not in self.fields() else {"more": "no"}
            else:
                values = {name: answers.get(name, "") for name in self.fields()}
            before = self.path
            self.send({**values, "go": "on"})
            assert self.answer.status_code == 200, (before, self.faults(), self.answer.text[-800:])
        raise AssertionError(f"still at {self.path}")

    def attach(self, paper: str, raw: bytes = PDF, name: str = "ban-an.pdf") -> TestResponse:
        """Attach a file for a paper."""
        return self.send({"paper": paper, "title": "", "files": (raw, name), "go": "upload"})

    def go_to_check(self, form: str, answers: dict[str, str] | None = None, agency: str = "CC001") -> None:
        """Fill in everything, and stop before the request is sent."""
        self.begin(form, agency)
        self.fill_in({**ANSWERS, **(answers or {})})
        self.send({"later": "yes", "go": "on"})

    def file(self, form: str, answers: dict[str, str] | None = None, agency: str = "CC001") -> str:
        """File a whole request; returns its code."""
        self.go_to_check(form, answers, agency)
        self.send({"declared": "yes", "go": "send"})
        return self.code()

    def code(self) -> str:
        """The code on the receipt."""
        found = self.page.find(id="code")
        assert found is not None, (self.path, self.faults(), self.answer.text[-2500:])
        return found.get_text(strip=True)
