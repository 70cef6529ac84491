"""All tables; importing this package makes them known to the mapper and to the migrations."""

from backoffice.models.absence import Absence
from backoffice.models.appointment import Appointment, AppointmentSlot
from backoffice.models.background_task import BackgroundTask, BackgroundTaskRow
from backoffice.models.debtor_record import DebtorRecord
from backoffice.models.document import Document, DocumentOpening, StoredFile
from backoffice.models.document_template import DocumentTemplate
from backoffice.models.enforcement_agency import AgencyLevelName, AgencyName, EnforcementAgency
from backoffice.models.enforcement_case import CaseParty, EnforcementCase, EnforcementObligation
from backoffice.models.enforcement_decision import EnforcementDecision, NonEnforceableDecision
from backoffice.models.job import ExportRun, ExportSchedule, JobEffect, OutboxMessage, ScheduleSlot
from backoffice.models.legal_rule import CalendarOverride, LegalRule
from backoffice.models.look_up import LookUpTry
from backoffice.models.notice import Notice, NoticeAttempt, NoticePreference, NoticeSlot, NoticeTemplate
from backoffice.models.official_document import DocumentNumber, DocumentNumberBook, OfficialDocument
from backoffice.models.online_request import (
    OnlineRequest,
    RequestMessage,
    RequestParty,
    RequestReader,
)
from backoffice.models.request_draft import RequestDraft, RequestDraftFile
from backoffice.models.row_change import RowChange
from backoffice.models.saved_filter import SavedFilter
from backoffice.models.sign_in import FormerPassword, SignInEvent, SignInTries, StaffSession
from backoffice.models.signing import DocumentSignature, SigningKey
from backoffice.models.staff_member import StaffMember
from backoffice.models.survey import SurveyComment, SurveyQuestion, SurveyTally
from backoffice.models.transition_log import TransitionLog
from backoffice.models.upkeep import UpkeepRun

__all__ = [
    "Absence",
    "AgencyLevelName",
    "AgencyName",
    "Appointment",
    "AppointmentSlot",
    "BackgroundTask",
    "BackgroundTaskRow",
    "CalendarOverride",
    "CaseParty",
    "DebtorRecord",
    "Document",
    "DocumentNumber",
    "DocumentNumberBook",
    "DocumentOpening",
    "DocumentSignature",
    "DocumentTemplate",
    "EnforcementAgency",
    "EnforcementCase",
    "EnforcementDecision",
    "EnforcementObligation",
    "ExportRun",
    "ExportSchedule",
    "FormerPassword",
    "JobEffect",
    "LegalRule",
    "LookUpTry",
    "NonEnforceableDecision",
    "Notice",
    "NoticeAttempt",
    "NoticePreference",
    "NoticeSlot",
    "NoticeTemplate",
    "OfficialDocument",
    "OnlineRequest",
    "OutboxMessage",
    "RequestDraft",
    "RequestDraftFile",
    "RequestMessage",
    "RequestParty",
    "RequestReader",
    "RowChange",
    "SavedFilter",
    "ScheduleSlot",
    "SignInEvent",
    "SignInTries",
    "SigningKey",
    "StaffMember",
    "StaffSession",
    "StoredFile",
    "SurveyComment",
    "SurveyQuestion",
    "SurveyTally",
    "TransitionLog",
    "UpkeepRun",
]
