"""The events from which legal periods are counted, each with the sentence that a screen shows for it.

Belongs here: names of start events and their message ids.
Does not belong here: which rule counts from which event (the `start_events` of a rule row).
"""

from enum import StrEnum

from backoffice.workflow.messages import N_


class StartEvent(StrEnum):
    """Something that happened on a day and made a legal period begin."""

    REQUEST_RECEIVED = "request_received"
    REQUEST_AND_JUDGMENT_RECEIVED = "request_and_judgment_received"
    CONDITION_INFORMATION_RECEIVED = "condition_information_received"
    JUDGMENT_IN_FORCE = "judgment_in_force"
    JUDGMENT_RECEIVED = "judgment_received"
    OBLIGATION_DUE = "obligation_due"
    OFFICER_ASSIGNED = "officer_assigned"
    NOTICE_GIVEN = "notice_given"
    DECISION_ISSUED = "decision_issued"
    DECISION_RECEIVED = "decision_received"
    VOLUNTARY_PERIOD_ENDED = "voluntary_period_ended"
    LAST_VERIFIED = "last_verified"
    ENQUIRY_RECEIVED = "enquiry_received"
    DELEGATION_RECEIVED = "delegation_received"
    INFORMATION_RECEIVED = "information_received"
    GROUND_FOUND = "ground_found"
    OBSTACLE_ENDED = "obstacle_ended"
    NON_ENFORCEABLE_SIGNED = "non_enforceable_signed"
    NON_ENFORCEABLE_WITHDRAWN = "non_enforceable_withdrawn"
    LEDGER_CONDITIONS_MET = "ledger_conditions_met"
    POSTED = "posted"
    CHANGE_DETERMINED = "change_determined"
    TERMINATION_DECIDED = "termination_decided"
    ENFORCEMENT_CONTINUED = "enforcement_continued"
    OBLIGATION_FULFILLED = "obligation_fulfilled"
    COMMUNE_INFORMED = "commune_informed"
    COMPLAINT_RECEIVED = "complaint_received"
    COMPLAINT_ACCEPTED = "complaint_accepted"
    COMPLAINT_PERIOD_ENDED = "complaint_period_ended"
    DENUNCIATION_ACCEPTED = "denunciation_accepted"
    FEEDBACK_RECEIVED = "feedback_received"
    PETITION_FILED = "petition_filed"
    PROTEST_RECEIVED = "protest_received"
    PROTEST_ANSWERED = "protest_answered"
    DOSSIER_RECEIVED = "dossier_received"
    DOSSIER_ACCEPTED = "dossier_accepted"
    MONEY_COLLECTED = "money_collected"
    MONTH_ENDED = "month_ended"
    STEP_FINISHED = "step_finished"
    SUPPLEMENT_RECEIVED = "supplement_received"
    APPOINTMENT_DAY = "appointment_day"


START_MESSAGES: dict[StartEvent, str] = {
    StartEvent.REQUEST_RECEIVED: N_("The request was received on %(day)s."),
    StartEvent.REQUEST_AND_JUDGMENT_RECEIVED: N_("The request and the judgment were received on %(day)s."),
    StartEvent.CONDITION_INFORMATION_RECEIVED: N_(
        "Information on the condition set by law was received on %(day)s."
    ),
    StartEvent.JUDGMENT_IN_FORCE: N_("The judgment took legal force on %(day)s."),
    StartEvent.JUDGMENT_RECEIVED: N_("The judgment was received on %(day)s."),
    StartEvent.OBLIGATION_DUE: N_("The obligation fell due on %(day)s."),
    StartEvent.OFFICER_ASSIGNED: N_("The enforcement officer was assigned on %(day)s."),
    StartEvent.NOTICE_GIVEN: N_("Valid notice was given on %(day)s."),
    StartEvent.DECISION_ISSUED: N_("The decision was issued on %(day)s."),
    StartEvent.DECISION_RECEIVED: N_("The decision was received on %(day)s."),
    StartEvent.VOLUNTARY_PERIOD_ENDED: N_("The period for voluntary performance ended on %(day)s."),
    StartEvent.LAST_VERIFIED: N_("Conditions were last verified on %(day)s."),
    StartEvent.ENQUIRY_RECEIVED: N_("The enquiry was received on %(day)s."),
    StartEvent.DELEGATION_RECEIVED: N_("The delegation was received on %(day)s."),
    StartEvent.INFORMATION_RECEIVED: N_("New information was received on %(day)s."),
    StartEvent.GROUND_FOUND: N_("The ground arose on %(day)s."),
    StartEvent.OBSTACLE_ENDED: N_("The obstacle ended on %(day)s."),
    StartEvent.NON_ENFORCEABLE_SIGNED: N_("The decision on not yet having conditions was signed on %(day)s."),
    StartEvent.NON_ENFORCEABLE_WITHDRAWN: N_(
        "The decision on not yet having conditions was withdrawn on %(day)s."
    ),
    StartEvent.LEDGER_CONDITIONS_MET: N_("The conditions for the separate ledger were met on %(day)s."),
    StartEvent.POSTED: N_("The decision was posted on %(day)s."),
    StartEvent.CHANGE_DETERMINED: N_("The change was determined on %(day)s."),
    StartEvent.TERMINATION_DECIDED: N_("Termination of enforcement was decided on %(day)s."),
    StartEvent.ENFORCEMENT_CONTINUED: N_("Continuation of enforcement was decided on %(day)s."),
    StartEvent.OBLIGATION_FULFILLED: N_("Full performance of the obligation was established on %(day)s."),
    StartEvent.COMMUNE_INFORMED: N_("The commune People's Committee was informed on %(day)s."),
    StartEvent.COMPLAINT_RECEIVED: N_("The complaint was received on %(day)s."),
    StartEvent.COMPLAINT_ACCEPTED: N_("The complaint was accepted on %(day)s."),
    StartEvent.COMPLAINT_PERIOD_ENDED: N_("The period for deciding the complaint ended on %(day)s."),
    StartEvent.DENUNCIATION_ACCEPTED: N_("The denunciation was accepted on %(day)s."),
    StartEvent.FEEDBACK_RECEIVED: N_("The petition or feedback was received on %(day)s."),
    StartEvent.PETITION_FILED: N_("The petition was filed on %(day)s."),
    StartEvent.PROTEST_RECEIVED: N_("The Procuracy's protest or recommendation was received on %(day)s."),
    StartEvent.PROTEST_ANSWERED: N_("The Procuracy's protest or recommendation was answered on %(day)s."),
    StartEvent.DOSSIER_RECEIVED: N_("The dossier was received on %(day)s."),
    StartEvent.DOSSIER_ACCEPTED: N_("The dossier was accepted on %(day)s."),
    StartEvent.MONEY_COLLECTED: N_("The money was collected on %(day)s."),
    StartEvent.MONTH_ENDED: N_("The month ended on %(day)s."),
    StartEvent.STEP_FINISHED: N_("The step before was finished on %(day)s."),
    StartEvent.SUPPLEMENT_RECEIVED: N_("What was missing was received on %(day)s."),
    StartEvent.APPOINTMENT_DAY: N_("The appointment is on %(day)s."),
}
