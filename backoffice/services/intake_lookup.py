"""Looking a request up with its code and its identity number: the same answer and the same work for every failure.

Belongs here: who finds which request, and the count of tries. Not here: the limits of addresses, which the pages keep
(`access.limits`), what a citizen may then do (`citizen_request`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.errors import OpenThadsError
from backoffice.models import LookUpTry
from backoffice.queries.online_requests import all_failed_look_ups, failed_look_ups, request_by_keys
from backoffice.services.intake import citizen_of
from backoffice.services.look_up_key import look_up_keys
from backoffice.services.transaction import unit_of_work
from backoffice.workflow.messages import N_
from exports.text import fold_ascii

AN_HOUR = timedelta(hours=1)
# So often a code may be tried in vain within an hour, and so often all codes together before every page asks more.
TRIES_A_CODE = 5
TRIES_IN_ALL = 300
_KEPT = timedelta(days=90)


class LookUpRefusedError(OpenThadsError):
    """Nothing was found, or the code was tried too often: which of the two nobody is told."""

    code = "look_up_refused"
    message = N_(
        "No request was found with this code and this number. Check both. After several tries in vain a code rests "
        "for an hour."
    )


@dataclass(frozen=True)
class CitizenAccess:
    """The proof that somebody knew code and number of a request. Lives as long as the page's session lets it.

    `failed_tries` is how often its code was tried in vain in the last 90 days: the applicant is told.
    """

    request_id: int
    agency_path: str
    failed_tries: int = 0

    @property
    def actor(self) -> Actor:
        """The applicant as an actor, who sees only the agency of the request."""
        return citizen_of(self.agency_path)


def look_up(code: str, identity_number: str, applicant_name: str | None = None) -> CitizenAccess:
    """Find the request with this code and number, and of this applicant where a name is asked for (`must_prove_human`).

    Code and number are compared in one question, a name with or without its marks. Each failure writes one row, whether
    the code exists or not. Raises LookUpRefusedError alike for every failure.
    """
    keys = look_up_keys()
    code_key, identity_key = keys.code_key(code), keys.identity_key(identity_number)
    actor, now = Actor.system("intake"), clock.now()
    with unit_of_work(actor) as session:
        recent = failed_look_ups(session, code_key, now - AN_HOUR)
        request = request_by_keys(session, code_key, identity_key)
        earlier = failed_look_ups(session, code_key, now - _KEPT)
        is_named = applicant_name is None or (
            request is not None and request.name_fold == fold_ascii(applicant_name)
        )
        if request is None or recent >= TRIES_A_CODE or not is_named:
            session.add(LookUpTry(code_key=code_key, at=now))
            found = None
        else:
            found = CitizenAccess(request.id, request.agency_path, earlier)
    if found is None:
        raise LookUpRefusedError
    return found


def must_prove_human() -> bool:
    """Whether so many look-ups have failed within the hour that the page asks for more than code and number."""
    with unit_of_work(Actor.system("intake")) as session:
        return all_failed_look_ups(session, clock.now() - AN_HOUR) >= TRIES_IN_ALL
