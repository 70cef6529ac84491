"""Closed lists of values kept in status and kind columns.

Belongs here: every enum whose values a check constraint or a transition table names.
Does not belong here: rules about moving between values (`backoffice.workflow`), titles for people
(translations), lists that the law changes over time (`legal_rule` rows, for example grounds).
"""

from enum import StrEnum


class CaseState(StrEnum):
    """Where an enforcement case stands. One enforcement decision is one case."""

    ACCEPTED = "accepted"
    ASSIGNED = "assigned"
    VOLUNTARY_PERIOD = "voluntary_period"
    VERIFYING = "verifying"
    ENFORCING = "enforcing"
    NON_ENFORCEABLE = "non_enforceable"
    SEPARATE_LEDGER = "separate_ledger"
    POSTPONED = "postponed"
    SUSPENDED = "suspended"
    DELEGATED = "delegated"
    COMPLETED = "completed"
    TERMINATED = "terminated"
    RETURNED = "returned"


class DecisionState(StrEnum):
    """Where an enforcement decision stands, from draft to signature or withdrawal.

    `discarded` is a draft that was thrown away; only a signed decision is ever `withdrawn`.
    """

    DRAFTED = "drafted"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"
    DISCARDED = "discarded"


class NonEnforceableState(StrEnum):
    """Where a decision on not yet having conditions for enforcement stands; as above, a draft is discarded."""

    DRAFTED = "drafted"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    DISCARDED = "discarded"


class DebtorRecordState(StrEnum):
    """Where a public debtor record stands.

    `published` and `withdrawal_due` are both visible to the public: a record is only gone once it is
    `withdrawn`.
    """

    DRAFT = "draft"
    APPROVED = "approved"
    PUBLISHED = "published"
    WITHDRAWAL_DUE = "withdrawal_due"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


class ExportRunState(StrEnum):
    """Where one run of an export stands."""

    QUEUED = "queued"
    RUNNING = "running"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    CANCELLED = "cancelled"


class AgencyLevel(StrEnum):
    """Level of an enforcement agency; `regional` rooms replaced `district` offices on 1 July 2025."""

    NATIONAL = "national"
    PROVINCIAL = "provincial"
    DISTRICT = "district"
    REGIONAL = "regional"


class PartyRole(StrEnum):
    """Part that a person or organisation plays in a case."""

    DEBTOR = "debtor"
    CREDITOR = "creditor"
    RELATED = "related"


class PartyKind(StrEnum):
    """Whether a party is a natural person or an organisation."""

    PERSON = "person"
    ORGANISATION = "organisation"


class CaseOrigin(StrEnum):
    """Whether the agency opened the case itself or on a request."""

    EX_OFFICIO = "ex_officio"
    ON_REQUEST = "on_request"


class RuleKind(StrEnum):
    """What a row of `legal_rule` says.

    deadline: a period within which something must be done; interval: a period that repeats;
    limitation: a period after which a right can no longer be used; condition: a number that must be
    reached; threshold: a boundary of money and time; ground: a coded reason; field: a group of data that
    is made public.
    """

    DEADLINE = "deadline"
    INTERVAL = "interval"
    LIMITATION = "limitation"
    CONDITION = "condition"
    THRESHOLD = "threshold"
    GROUND = "ground"
    FIELD = "field"


class RuleUnit(StrEnum):
    """Unit of the number in a row of `legal_rule`; `none` for rows without a number."""

    AT_ONCE = "at_once"
    HOUR = "hour"
    WORKING_DAY = "working_day"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    VND = "vnd"
    COUNT = "count"
    NONE = "none"


class OverrideStatus(StrEnum):
    """Whether a day of the calendar table rests on an act in force or only on a proposal."""

    CONFIRMED = "confirmed"
    PROPOSED = "proposed"


class ObligationCode(StrEnum):
    """Coded kind of an enforcement obligation, as published."""

    COURT_FEE = "court_fee"
    FINE = "fine"
    CONFISCATION = "confiscation"
    RECOVERY_OF_ILLICIT_GAINS = "recovery_of_illicit_gains"
    COMPENSATION = "compensation"
    LOAN_REPAYMENT = "loan_repayment"
    CONTRACT_PAYMENT = "contract_payment"
    MAINTENANCE = "maintenance"
    PROPERTY_RETURN = "property_return"
    PROPERTY_DIVISION = "property_division"
    LABOUR_PAYMENT = "labour_payment"
    OTHER_PAYMENT = "other_payment"


class OutboxState(StrEnum):
    """Where a message of the outbox stands."""

    PENDING = "pending"
    SENT = "sent"
    DONE = "done"
    FAILED = "failed"


class RunTrigger(StrEnum):
    """What started an export run; `change` is a deed of the back office on public data."""

    SCHEDULE = "schedule"
    BUTTON = "button"
    COMMAND = "command"
    CHANGE = "change"


class DocumentState(StrEnum):
    """Where an attached document stands: to be opened, held back until it was scanned, or taken out of the file."""

    STORED = "stored"
    QUARANTINED = "quarantined"
    REMOVED = "removed"


class DocumentKind(StrEnum):
    """What an attached document is."""

    JUDGMENT = "judgment"
    DECISION = "decision"
    REQUEST = "request"
    MINUTES = "minutes"
    VERIFICATION = "verification"
    PAYMENT = "payment"
    LETTER = "letter"
    IDENTITY = "identity"
    OTHER = "other"


class RemovalRule(StrEnum):
    """What becomes of the file of a removed document: it is kept under lock, or its bytes are erased."""

    KEPT = "kept"
    ERASED = "erased"


class TaskKind(StrEnum):
    """What a task that a person started from a list does."""

    EXPORT = "export"
    STEPS = "steps"
    UNDO = "undo"
    PAPERS = "papers"
    SIGNATURES = "signatures"


class BackgroundTaskState(StrEnum):
    """Where a task that a person started from a list stands."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNDONE = "undone"


class RowOutcome(StrEnum):
    """What became of one row of a task."""

    PENDING = "pending"
    DONE = "done"
    REFUSED = "refused"


class OfficialDocumentKind(StrEnum):
    """What a paper is that an agency makes from a template: a form to be filled, an answer, a decision, a letter."""

    ENFORCEMENT_REQUEST_FORM = "enforcement_request_form"
    RESULT_CONFIRMATION_FORM = "result_confirmation_form"
    FEEDBACK_FORM = "feedback_form"
    COMPLAINT_FORM = "complaint_form"
    DENUNCIATION_FORM = "denunciation_form"
    OFFICER_CHANGE_FORM = "officer_change_form"
    COERCION_COST_RELIEF_FORM = "coercion_cost_relief_form"
    ENFORCEMENT_FEE_RELIEF_FORM = "enforcement_fee_relief_form"
    RECEIPT_SLIP = "receipt_slip"
    APPOINTMENT_SLIP = "appointment_slip"
    GUIDANCE_SLIP = "guidance_slip"
    ACCEPTANCE_REPLY = "acceptance_reply"
    GUIDANCE_REPLY = "guidance_reply"
    REFUSAL_REPLY = "refusal_reply"
    RESULT_CONFIRMATION = "result_confirmation"
    ENFORCEMENT_DECISION = "enforcement_decision"
    NON_ENFORCEABLE_DECISION = "non_enforceable_decision"
    FEEDBACK_REPLY = "feedback_reply"
    TRANSFER_LETTER = "transfer_letter"
    COMMUNE_PUBLICATION_NOTICE = "commune_publication_notice"
    REMOVAL_PROOF = "removal_proof"


class OfficialDocumentState(StrEnum):
    """Where a paper stands. `prepared` has its number and its file; what is signed is replaced or withdrawn only."""

    DRAFTED = "drafted"
    RENDERING = "rendering"
    RENDER_FAILED = "render_failed"
    PREPARED = "prepared"
    SIGNED = "signed"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


class TemplateState(StrEnum):
    """Where one edition of a template stands; only an approved one is used."""

    DRAFTED = "drafted"
    PROPOSED = "proposed"
    APPROVED = "approved"
    RETIRED = "retired"


class TemplateLevel(StrEnum):
    """For which agencies a template is: those of one level, or any for which there is none of its own."""

    ANY = "any"
    NATIONAL = "national"
    PROVINCIAL = "provincial"
    DISTRICT = "district"
    REGIONAL = "regional"


class DocumentSeries(StrEnum):
    """Which register of outgoing documents counts a paper; each agency starts each at 1 every year."""

    ENFORCEMENT_DECISION = "enforcement_decision"
    NON_ENFORCEABLE_DECISION = "non_enforceable_decision"
    LETTER = "letter"
    NOTICE = "notice"
    CONFIRMATION = "confirmation"
    SLIP = "slip"


class DocumentNumberState(StrEnum):
    """Where a number stands: taken for a paper that is being made, borne by one that is made, or given up."""

    RESERVED = "reserved"
    ISSUED = "issued"
    CANCELLED = "cancelled"


class NumberSource(StrEnum):
    """Who gave a number: the register itself, or the decision that bore it before its paper was made."""

    REGISTER = "register"
    DECISION = "decision"
