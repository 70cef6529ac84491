"""One row of every kind that stands beside a case: its papers, tasks, saved filters and kept changes.

Made directly and committed, like the rows of `tests/factories.py`. Not here: files in the store.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from backoffice import clock
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import (
    Absence,
    BackgroundTask,
    BackgroundTaskRow,
    Document,
    DocumentNumber,
    DocumentNumberBook,
    DocumentOpening,
    DocumentSignature,
    DocumentTemplate,
    EnforcementCase,
    Notice,
    NoticeAttempt,
    OfficialDocument,
    RowChange,
    SavedFilter,
    SigningKey,
    StaffMember,
    StoredFile,
    TransitionLog,
)
from tests.factories import save
from tests.request_rows import make_request_rows


def make_side_rows(case: EnforcementCase, person: StaffMember, mark: str = "") -> dict[str, int]:
    """The rows, each of their texts with the mark; returns ids by the screen that shows them."""
    with system_scope("set_up"):
        own: dict[str, Any] = {"agency_id": case.agency_id, "agency_path": case.agency_path}
        case_id, person_id = case.id, person.id
    document = _document(own, case_id, person_id, mark)
    task = _task(own, case_id, person_id, mark)
    saved = save(
        SavedFilter(
            **own,
            owner_id=person_id,
            screen="CaseView",
            name=f"Bộ lọc {mark}".strip(),
            parameters={"q": mark or "1"},
            is_shared=True,
        )
    )
    entry = _change(own, case_id, person_id, mark)
    paper = _paper(own, case_id, person_id, mark)
    notice = _notice(own, case_id, mark)
    _signature(own, paper, person_id, mark)
    with system_scope("set_up"):
        found = {"DocumentView": document.id, "TaskView": task.id, "SavedFilterView": saved.id}
        found |= {"NoticeView": notice.id, "MailboxView": notice.id}
        book = select(DocumentNumberBook.id).where(DocumentNumberBook.agency_id == own["agency_id"])
        found |= {
            "OfficialDocumentView": paper.id,
            "SigningView": paper.id,
            "DocumentNumberView": paper.number_id or 0,
            "DocumentNumberBookView": db.session().scalars(book.limit(1)).one(),
            "DocumentTemplateView": paper.template_id,
        }
        found["ActivityView"] = entry.id
    found["AbsenceView"] = _absence(own, person_id, mark).id
    return found | make_request_rows(own, person_id, mark)


def _absence(own: dict[str, Any], person_id: int, mark: str) -> Absence:
    """An absence with a deputy of its own, whose account is closed so that nobody else finds it."""
    name = f"deputy{person_id}.{uuid4().hex[:8]}"
    deputy = save(
        StaffMember(
            username=name,
            last_name=f"Vũ {mark}".strip(),
            first_name="Thay",
            email=f"{name}@thads.example.vn",
            password="-",
            active=False,
            agency_id=own["agency_id"],
            is_sample=True,
        )
    )
    with system_scope("set_up"):
        deputy_id = deputy.id
    today = clock.today()
    return save(
        Absence(
            **own,
            member_id=person_id,
            deputy_id=deputy_id,
            from_on=today,
            to_on=today,
            reason_kind="leave",
            made_by_id=person_id,
        )
    )


def _document(own: dict[str, Any], case_id: int, person_id: int, mark: str) -> Document:
    digest = hashlib.sha256(uuid4().bytes).hexdigest()
    stored = save(
        StoredFile(sha256=digest, address=digest[::-1], size_bytes=5, key_id="k", wrapped_key="w" * 40)
    )
    with system_scope("set_up"):
        file_id = stored.id
    document = save(
        Document(
            **own,
            subject_type="enforcement_case",
            subject_id=case_id,
            title=f"Bản án {mark}".strip(),
            kind="judgment",
            file_name=f"ban-an {mark}.pdf",
            media_type="application/pdf",
            size_bytes=5,
            sha256=digest,
            # Its bytes are not in any store, so it is held back.
            state="quarantined",
            file_id=file_id,
            uploaded_by_id=person_id,
        )
    )
    with system_scope("set_up"):
        document_id = document.id
    save(
        DocumentOpening(
            **own, document_id=document_id, actor_id=person_id, at=clock.now(), client_address="127.0.0.1"
        )
    )
    return document


def _paper(own: dict[str, Any], case_id: int, person_id: int, mark: str) -> OfficialDocument:
    book = {"series": "letter", "year": clock.today().year}
    with system_scope("set_up"):
        of_agency = {"agency_id": own["agency_id"], **book}
        known = db.session().scalar(select(DocumentNumberBook).filter_by(**of_agency))
    if known is None:
        save(DocumentNumberBook(**own, **book, last_number=1))
    borne = {"number": case_id, "symbol": f"CTHADS {mark}".strip(), "issued_on": clock.today()}
    number = save(
        DocumentNumber(
            **own, **book, **borne, state="cancelled", source="register", reason=f"Hỏng {mark}".strip()
        )
    )
    digest = hashlib.sha256(uuid4().bytes).hexdigest()
    data = save(
        StoredFile(sha256=digest, address=digest[::-1], size_bytes=5, key_id="k", wrapped_key="w" * 40)
    )
    with system_scope("set_up"):
        number_id, data_file_id, template_id = number.id, data.id, paper_template().id
    return save(
        OfficialDocument(
            **own,
            kind="transfer_letter",
            subject_type="enforcement_case",
            subject_id=case_id,
            template_id=template_id,
            number_id=number_id,
            symbol=borne["symbol"],
            issued_on=borne["issued_on"],
            title=f"Công văn chuyển hồ sơ {mark}".strip(),
            state="cancelled",
            data_file_id=data_file_id,
            prepared_by_id=person_id,
        )
    )


def _signature(own: dict[str, Any], paper: OfficialDocument, person_id: int, mark: str) -> None:
    """A key of the person and the signature that it made."""
    subject, now = f"DEMO Trần Thị Hòa {mark}".strip(), clock.now()
    with system_scope("set_up"):
        paper_id, file_id = paper.id, paper.data_file_id
    save(
        SigningKey(
            **own,
            owner_id=person_id,
            kind="token",
            state="active",
            token_label=f"thads {mark}".strip(),
            key_label="head",
            subject=subject,
            issuer="DEMO OpenTHADS Issuing",
            serial="1f",
            not_before=now,
            not_after=now,
            added_at=now,
        )
    )
    save(
        DocumentSignature(
            **own,
            official_document_id=paper_id,
            signer_id=person_id,
            way="electronic",
            level="B-B",
            signed_at=now,
            sha256_before="0" * 64,
            sha256_after="1" * 64,
            unsigned_file_id=file_id,
            certificate_subject=subject,
            certificate_issuer="DEMO OpenTHADS Issuing",
            certificate_serial="1f",
            certificate_not_after=now,
        )
    )


def paper_template(kind: str = "transfer_letter") -> DocumentTemplate:
    """The edition of a template that came with the program; made when a test needs it first."""
    values = {"kind": kind, "agency_level": "any", "rule_set": "2026", "edition": 1}
    with system_scope("set_up"):
        statement = select(DocumentTemplate).filter_by(**values)
        found: DocumentTemplate | None = db.session().scalar(statement)
    return found or save(
        DocumentTemplate(
            **values,
            valid_from=date(2026, 7, 1),
            title_vi="Công văn chuyển hồ sơ",
            title_en="Transfer of the file",
            legal_basis="Luật Thi hành án dân sự",
            symbol_pattern="CTHADS",
            body="Kính gửi",
            state="approved",
            is_start_set=True,
        )
    )


def _notice(own: dict[str, Any], case_id: int, mark: str) -> Notice:
    key = uuid4().hex
    notice = save(
        Notice(
            **own,
            public_key=key,
            idempotency_key=key,
            event="case_assigned",
            channel="email",
            locale="vi",
            subject_type="enforcement_case",
            subject_id=case_id,
            address_masked=f"a•••@{mark or 'mau'}.example.vn"[:120],
            # Its content is under a key that no file of keys has.
            sealed="00" * 40,
            key_id="none",
            state="failed",
            attention=2,
            attempts=1,
            route="mailbox",
            error_code="smtp_550",
            expires_at=clock.now(),
        )
    )
    with system_scope("set_up"):
        notice_id = notice.id
    save(
        NoticeAttempt(
            **own,
            notice_id=notice_id,
            attempt=1,
            outcome="refused",
            error_code="smtp_550",
            started_at=clock.now(),
            finished_at=clock.now(),
        )
    )
    return notice


def _task(own: dict[str, Any], case_id: int, person_id: int, mark: str) -> BackgroundTask:
    task = save(
        BackgroundTask(
            **own,
            kind="steps",
            state="finished",
            screen="CaseView",
            parameters={"step": "start_verification", "reason": f"Lý do {mark}".strip()},
            requested_by_id=person_id,
            message_id=uuid4().hex,
            progress_done=1,
            progress_total=1,
            row_counts={"done": 1},
        )
    )
    with system_scope("set_up"):
        task_id = task.id
    save(
        BackgroundTaskRow(
            **own, task_id=task_id, subject_id=case_id, seen_version=1, outcome="done", new_version=2
        )
    )
    return task


def _change(own: dict[str, Any], case_id: int, person_id: int, mark: str) -> TransitionLog:
    entry = save(
        TransitionLog(
            **own,
            subject_type="enforcement_case",
            subject_id=case_id,
            workflow_version="deed-1",
            transition="save",
            to_state="verifying",
            actor_id=person_id,
            at=clock.now(),
        )
    )
    with system_scope("set_up"):
        entry_id = entry.id
    save(
        RowChange(
            **own,
            subject_type="enforcement_case",
            subject_id=case_id,
            log_id=entry_id,
            actor_id=person_id,
            at=clock.now(),
            is_creation=False,
            changes={"court_name": [f"Tòa án cũ {mark}".strip(), f"Tòa án {mark}".strip()]},
        )
    )
    return entry
