"""Every permission by name: the words that transitions ask for and roles are given."""

from enum import StrEnum


class Permission(StrEnum):
    """One deed or view that a role may be given; `system` is for machines alone."""

    SYSTEM = "system"
    AGENCY_READ = "agency.read"
    AGENCY_REORGANISE = "agency.reorganise"
    CASE_READ = "case.read"
    CASE_OPEN = "case.open"
    CASE_ASSIGN = "case.assign"
    CASE_ENFORCE = "case.enforce"
    CASE_DECIDE = "case.decide"
    CASE_CLOSE = "case.close"
    DECISION_READ = "decision.read"
    DECISION_DRAFT = "decision.draft"
    DECISION_SIGN = "decision.sign"
    NON_ENFORCEABLE_DRAFT = "non_enforceable.draft"
    NON_ENFORCEABLE_SIGN = "non_enforceable.sign"
    NON_ENFORCEABLE_WITHDRAW = "non_enforceable.withdraw"
    DEBTOR_RECORD_READ = "debtor_record.read"
    DEBTOR_RECORD_DRAFT = "debtor_record.draft"
    DEBTOR_RECORD_APPROVE = "debtor_record.approve"
    DEBTOR_RECORD_PUBLISH = "debtor_record.publish"
    DEBTOR_RECORD_AMEND = "debtor_record.amend"
    DEBTOR_RECORD_WITHDRAW = "debtor_record.withdraw"
    DEBTOR_RECORD_COMPARE = "debtor_record.compare"
    DOCUMENT_READ = "document.read"
    DOCUMENT_ADD = "document.add"
    DOCUMENT_REMOVE = "document.remove"
    DOCUMENT_OPEN_SENSITIVE = "document_sensitive.read"
    EXPORT_READ = "export.read"
    EXPORT_RUN = "export.run"
    SCHEDULE_READ = "schedule.read"
    SCHEDULE_EDIT = "schedule.edit"
    RULE_READ = "rule.read"
    RULE_EDIT = "rule.edit"
    CALENDAR_READ = "calendar.read"
    CALENDAR_EDIT = "calendar.edit"
    STAFF_READ = "staff.read"
    STAFF_EDIT = "staff.edit"
    LOG_READ = "log.read"
    STATISTICS_READ = "statistics.read"
    TASK_READ = "task.read"

    @property
    def is_reading(self) -> bool:
        """Whether it only lets a person see: everything that does not end so changes something."""
        return self.value.endswith(".read")
