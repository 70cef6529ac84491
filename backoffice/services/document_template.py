"""Editions of templates: drafted, changed, proposed, approved by somebody else, retired; the set of the program.

Belongs here: who may do it, and that nothing with a fault and nothing seen by one person only comes into use. Not
here: the language of templates (`exports.papers`), which edition is in force (`queries.document_templates`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.policy import require
from backoffice.errors import InvalidInputError, NotFoundError, NotPermittedError
from backoffice.models import DocumentTemplate, EnforcementAgency, StaffMember
from backoffice.models.states import OfficialDocumentKind, TemplateLevel, TemplateState
from backoffice.queries.agencies import national_agency
from backoffice.queries.document_templates import editors_of, next_edition, start_set
from backoffice.services.enforcement_agency import ImportSummary
from backoffice.services.rows import check_version, load_row
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition_log import LogEntry, clean_reason, write_log
from backoffice.workflow.engine import Workflow
from backoffice.workflow.errors import TransitionNotAllowedError
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission
from backoffice.workflow.registry import WORKFLOWS
from exports.papers import PaperError, Problem, StartTemplate, check_template, fill_line, sample_data
from exports.text import clean_text

_LENGTHS = {
    "title_vi": 400,
    "title_en": 400,
    "legal_basis": 600,
    "heading": 200,
    "abstract": 500,
    "signer_position": 120,
    "symbol_pattern": 60,
}
_NEEDED = frozenset({"title_vi", "title_en", "legal_basis"})
LONGEST_RECIPIENTS = 2000
# Where the office's own part of a symbol stands: `QĐ-{agency}` becomes `QĐ-THADS`.
OFFICE_PLACE = "{agency}"


class FourEyesError(NotPermittedError):
    """Whoever prepared an edition may not be the one who approves it."""

    code = "four_eyes"
    message = N_("You have worked on this edition yourself. Another administrator must approve it.")


@dataclass(frozen=True)
class TemplateText:
    """Everything that an edition says; `recipients` one a line."""

    kind: str
    agency_level: str
    rule_set: str
    valid_from: date
    valid_to: date | None
    title_vi: str
    title_en: str
    legal_basis: str
    heading: str
    abstract: str
    recipients: str
    signer_position: str
    symbol_pattern: str
    body: str

    def columns(self) -> dict[str, Any]:
        """The columns of the row, texts cleaned. Raises InvalidInputError for the first that cannot be kept."""
        _check_codes(self)
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        for name, limit in _LENGTHS.items():
            values[name] = clean_text(values[name])
            if not (name in _NEEDED) <= len(values[name]) <= limit:
                raise InvalidInputError(name, N_("Write 1 to %(limit)s characters."), limit=limit)
        lines = [clean_text(line) for line in self.recipients.splitlines()]
        values["recipients"] = "\n".join(line for line in lines if line)
        if len(values["recipients"]) > LONGEST_RECIPIENTS:
            raise InvalidInputError(
                "recipients", N_("Use at most %(limit)s characters."), limit=LONGEST_RECIPIENTS
            )
        values["body"] = self.body.replace("\r\n", "\n").replace("\r", "\n")
        return values


@dataclass(frozen=True)
class Fault:
    """A fault of an edition: the field, and the sentence with its line where the field has several."""

    field: str
    problem: Problem


def faults_of(text: TemplateText | DocumentTemplate) -> list[Fault]:
    """Every fault of the body, the abstract and the recipients; a template with a fault is never used."""
    found = [Fault("body", problem) for problem in check_template(text.kind, text.body)]
    lines = [("abstract", 1, text.abstract)]
    lines += [("recipients", number, line) for number, line in enumerate(text.recipients.splitlines(), 1)]
    for field, number, line in lines:
        try:
            fill_line(text.kind, line, sample_data(text.kind))
        except PaperError as error:
            found.append(Fault(field, Problem(number, error.message, error.parameters)))
    return found


def draft_template(actor: Actor, text: TemplateText) -> DocumentTemplate:
    """Make the next edition of the kind, level and rule set. Raises NotPermittedError, InvalidInputError."""
    with unit_of_work(actor) as session:
        step = _workflow().check_opening(actor.permissions)
        row = DocumentTemplate(
            **text.columns(),
            edition=next_edition(session, text.kind, text.agency_level, text.rule_set),
            state=_workflow().initial.value,
            prepared_by_id=actor.user_id,
        )
        session.add(row)
        session.flush()
        _log(session, actor, row, LogEntry(step.name, row.state, workflow_version=_workflow().version))
        return row


def edit_template(
    actor: Actor, template_id: int, text: TemplateText, *, expected_version: int
) -> DocumentTemplate:
    """Change a draft; whoever saves becomes the one who prepared it. Kind, level and rule set stay.

    Raises NotPermittedError, ConflictError, InvalidInputError, and TransitionNotAllowedError for what is no draft:
    an edition that was proposed or approved is never changed, only followed by another.
    """
    require(actor, Permission.DOCUMENT_TEMPLATE_EDIT)
    with unit_of_work(actor) as session:
        row = load_row(session, DocumentTemplate, template_id)
        if row.state != TemplateState.DRAFTED:
            raise TransitionNotAllowedError(workflow=_workflow().name, transition="edit", state=row.state)
        check_version(session, row, expected_version)
        fixed = {"kind", "agency_level", "rule_set"}
        for name, value in text.columns().items():
            if name not in fixed:
                setattr(row, name, value)
        row.prepared_by_id = actor.user_id
        _log(session, actor, row, LogEntry("edit", row.state, row.state, _workflow().version))
        return row


def propose_template(
    actor: Actor, template_id: int, *, expected_version: int, reason: str | None = None
) -> DocumentTemplate:
    """Hand a draft without faults to another administrator. Raises InvalidInputError for the first fault."""
    return _step(actor, template_id, "propose", expected_version, reason)


def approve_template(
    actor: Actor, template_id: int, *, expected_version: int, reason: str | None = None
) -> DocumentTemplate:
    """Let an edition come into use. Raises FourEyesError for everybody who has worked on it."""
    return _step(actor, template_id, "approve", expected_version, reason)


def send_back_template(
    actor: Actor, template_id: int, *, expected_version: int, reason: str | None = None
) -> DocumentTemplate:
    """Make a proposed edition a draft again, with what is to be changed as the reason."""
    return _step(actor, template_id, "send_back", expected_version, reason)


def retire_template(
    actor: Actor, template_id: int, *, expected_version: int, reason: str | None = None
) -> DocumentTemplate:
    """Take an approved edition out of use; papers made from it stay as they are."""
    return _step(actor, template_id, "retire", expected_version, reason)


def discard_template(
    actor: Actor, template_id: int, *, expected_version: int, reason: str | None = None
) -> DocumentTemplate:
    """Throw a draft away; its number of edition is not used again."""
    return _step(actor, template_id, "discard", expected_version, reason)


def import_start_set(actor: Actor, templates: Iterable[StartTemplate]) -> ImportSummary:
    """Bring in the templates of the program as approved first editions; a second time changes nothing.

    An edition that came in before is never changed: papers may have been made from it. A file that differs from it
    is counted as kept.
    """
    require(actor, Permission.SYSTEM)
    with unit_of_work(actor) as session:
        known = {(row.kind, row.agency_level, row.rule_set): row for row in start_set(session)}
        counts = Counter(_bring_in(session, actor, item, known) for item in templates)
        return ImportSummary(**counts)


def text_of(item: StartTemplate) -> TemplateText:
    """The text of a file of the start set. A list of levels stands for any level."""
    level = item.levels[0] if len(item.levels) == 1 else TemplateLevel.ANY.value
    symbol = f"{item.symbol}-{OFFICE_PLACE}" if item.symbol else OFFICE_PLACE
    return TemplateText(
        kind=item.kind,
        agency_level=level,
        rule_set=item.rule_set,
        valid_from=item.valid_from,
        valid_to=item.valid_to,
        title_vi=item.title_vi,
        title_en=item.title_en,
        legal_basis=item.legal_basis,
        heading=item.heading,
        abstract=item.abstract,
        recipients="\n".join(item.recipients),
        signer_position=item.position,
        symbol_pattern=symbol,
        body=item.body,
    )


def _bring_in(
    session: Session,
    actor: Actor,
    item: StartTemplate,
    known: dict[tuple[str, str, str], DocumentTemplate],
) -> str:
    text = text_of(item)
    values = text.columns()
    row = known.get((text.kind, text.agency_level, text.rule_set))
    if row is not None:
        same = all(getattr(row, name) == value for name, value in values.items())
        return "unchanged" if same else "kept"
    faults = faults_of(text)
    if faults:
        raise InvalidInputError(
            "body",
            N_("The template %(kind)s has a fault in line %(line)s."),
            kind=text.kind,
            line=faults[0].problem.line,
        )
    row = DocumentTemplate(
        **values,
        edition=next_edition(session, text.kind, text.agency_level, text.rule_set),
        state=TemplateState.APPROVED.value,
        is_start_set=True,
        approved_at=clock.now(),
    )
    session.add(row)
    session.flush()
    _log(session, actor, row, LogEntry("draft", row.state, workflow_version=_workflow().version))
    return "added"


def _step(
    actor: Actor, template_id: int, name: str, expected_version: int, reason: str | None
) -> DocumentTemplate:
    kept = clean_reason(reason)
    with unit_of_work(actor) as session:
        row = load_row(session, DocumentTemplate, template_id)
        step = _workflow().check(name, row.state, actor.permissions, row, reason=kept)
        if name == "approve" and actor.user_id in editors_of(session, row.id) | {row.prepared_by_id}:
            raise FourEyesError
        if name in {"propose", "approve"}:
            _refuse_faults(row)
        before, after = row.state, step.target_from(row.state)
        changes: dict[str, Any] = {"state": after}
        if name == "approve":
            changes |= {"approved_by_id": actor.user_id, "approved_at": clock.now()}
        check_version(session, row, expected_version, changes)
        _log(session, actor, row, LogEntry(name, after, before, _workflow().version, reason=kept))
        return row


def _refuse_faults(row: DocumentTemplate) -> None:
    for fault in faults_of(row):
        raise InvalidInputError(
            fault.field,
            N_("Line %(line)s has a fault. Open the editor, which names every fault, and correct it first."),
            line=fault.problem.line,
        )


def _check_codes(text: TemplateText) -> None:
    if text.kind not in set(OfficialDocumentKind):
        raise InvalidInputError("kind", N_("Choose the kind of paper."))
    if text.agency_level not in set(TemplateLevel):
        raise InvalidInputError("agency_level", N_("Choose the level of agencies."))
    if not (text.rule_set.isascii() and text.rule_set.isdecimal() and len(text.rule_set) == 4):
        raise InvalidInputError("rule_set", N_("Write the year of the rule set, for example 2026."))
    if text.valid_to is not None and text.valid_to < text.valid_from:
        raise InvalidInputError("valid_to", N_("The last day lies before the first day."))


def _log(session: Session, actor: Actor, row: DocumentTemplate, entry: LogEntry) -> None:
    person = session.get(StaffMember, actor.user_id) if actor.user_id else None
    # A template belongs to no agency; what somebody does with it belongs to the agency of that person.
    owner = load_row(session, EnforcementAgency, person.agency_id or 0) if person else national_agency()
    if owner is None:
        raise NotFoundError
    write_log(session, actor, row, entry, owner=owner)


def _workflow() -> Workflow:
    return WORKFLOWS.version("document_template", clock.today())
