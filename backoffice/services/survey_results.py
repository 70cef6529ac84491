"""What was answered in a quarter, as far as it may be seen: no small group, and never the quarter that runs.

Belongs here: counts by question and agency, with the withholding of the open data (`exports.withholding`), and what people
wrote, for those who answer for the agency. Not here: drawings and sentences (`views.survey_results`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.policy import require
from backoffice.access.scope import current_scope, system_scope
from backoffice.errors import InvalidInputError
from backoffice.models.enforcement_agency import PATH_END
from backoffice.queries.current import reading
from backoffice.queries.survey import Tally, comments_of, questions_with_ids, tallies_of
from backoffice.services.agency_directory import agency_directory
from backoffice.services.document_crypto import FileDamagedError, KeyMissingError
from backoffice.services.request_seal import unseal
from backoffice.services.survey import question_of
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission
from backoffice.workflow.survey import Question, quarter_of
from exports.withholding import SMALLEST_SHOWN_GROUP, Tree, answers_by_agency

Counts = Mapping[str, int] | None
# All agencies of a person together, who may have several with nothing above them.
ALL = ""
MOST_COMMENTS = 200


@dataclass(frozen=True)
class Result:
    """The answers to one question by path of the agency, each with all below it; `ALL` stands for all together.

    None is withheld; nobody answered at an agency that is not there.
    """

    question: Question
    by_path: Mapping[str, Counts]


def results_of(actor: Actor, quarter: str, procedure: str) -> list[Result]:
    """The answers of a quarter that has ended, under one procedure or (empty) all, in the order of the form.

    Raises NotPermittedError, InvalidInputError for a quarter that runs or lies ahead.
    """
    require(actor, Permission.SURVEY_READ)
    _check_ended(quarter)
    tallies = tallies_of(quarter)
    with system_scope("intake"):
        rows = questions_with_ids(reading(), sorted({tally[0] for tally in tallies}))
        questions = [question_of(row) for row in rows]
    tree = _tree()
    found = [
        Result(one, _by_path([t for t in tallies if t[0] == one.id], procedure, tree)) for one in questions
    ]
    return [result for result in found if result.by_path]


def comments_in(actor: Actor, quarter: str, agency_path: str) -> Sequence[str] | None:
    """What people wrote in a quarter to an agency and all below it, in no order; None for fewer than five of them.

    Raises NotPermittedError, InvalidInputError for a quarter that runs or lies ahead.
    """
    require(actor, Permission.SURVEY_COMMENTS)
    _check_ended(quarter)
    rows = comments_of(quarter, agency_path, MOST_COMMENTS)
    if len(rows) < SMALLEST_SHOWN_GROUP:
        return None
    words = []
    for row in rows:
        try:
            words.append(unseal(row)["text"])
        except (KeyMissingError, FileDamagedError):
            continue
    return words


def _check_ended(quarter: str) -> None:
    if quarter >= quarter_of(clock.today()):
        raise InvalidInputError("quarter", N_("Results of a quarter are shown once it has ended."))


def _by_path(tallies: Sequence[Tally], procedure: str, tree: Tree) -> dict[str, Counts]:
    everything = answers_by_agency([(path, choice, count) for _q, path, _p, choice, count in tallies], tree)
    if not procedure:
        return everything
    own = [(path, choice, count) for _q, path, code, choice, count in tallies if code == procedure]
    found = answers_by_agency(own, tree)
    return {path: None if _tells_rest(counts, everything[path]) else counts for path, counts in found.items()}


def _tells_rest(counts: Counts, everything: Counts) -> bool:
    """Whether all answers less those of one procedure are the answers of so few that they must not be seen."""
    if counts is None or everything is None:
        return False
    return 0 < sum(everything.values()) - sum(counts.values()) < SMALLEST_SHOWN_GROUP


def _tree() -> Tree:
    """The agencies of the present scope below one common node."""
    scope = current_scope()
    paths = {agency.path for agency in agency_directory().by_id.values() if scope.covers(agency.path)}
    above = [(path, parent if (parent := _parent(path)) in paths else ALL) for path in paths]
    return Tree.of([(ALL, None), *above])


def _parent(path: str) -> str:
    return path.removesuffix(PATH_END).rpartition(PATH_END)[0] + PATH_END
