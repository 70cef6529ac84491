"""Invented answers to the survey: numbers by quarter and a few sealed words, as real answers leave them.

Not here: who is asked and how answers are counted (`services.survey`), results (`services.survey_results`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

from backoffice.models import OnlineRequest, SurveyComment
from backoffice.models.confidence import is_confidential
from backoffice.models.survey import SurveyKind
from backoffice.services.document_crypto import Keyring
from backoffice.services.request_seal import seal
from backoffice.services.survey import ASKED
from backoffice.workflow.survey import Question, quarter_of

_SHARE, _WORDS_SHARE = 0.45, 0.5
# How often each mark is given, the worst first; options are chosen less often the later they stand.
_MARKS = (2, 5, 14, 38, 41)
_OPTIONS = (60, 24, 10, 6, 4, 3, 2, 1)
_WORDS = (
    "Công chức hướng dẫn tận tình, hồ sơ được trả đúng hẹn.",
    "Đề nghị nhắn tin khi có kết quả để người dân khỏi phải tra cứu nhiều lần.",
    "Mẫu đơn trên mạng dễ điền, nhưng chụp giấy tờ bằng điện thoại còn mất thời gian.",
    "Nên có thêm giờ tiếp nhận buổi chiều cho người đi làm.",
    "Lần đầu nộp qua mạng, tôi không phải đi lại.",
    "Chờ đối chiếu bản chính hơi lâu vì bàn tiếp nhận đông.",
)


@dataclass
class Answers:
    """Rows of `survey_tally`, and words with the ids of their rows drawn by lot."""

    tallies: list[dict[str, Any]] = field(default_factory=list)
    comments: list[SurveyComment] = field(default_factory=list)


def answer(
    seed: int, ended: Sequence[OnlineRequest], questions: Sequence[Question], keys: Keyring
) -> Answers:
    """What some of the applicants of these requests answered; their requests are marked, the others are not."""
    rng = Random(f"{seed} survey")  # noqa: S311 (invented data, not a secret)
    counted: Counter[tuple[Any, ...]] = Counter()
    found = Answers()
    for request in ended:
        asked = _asked(request, questions)
        request.is_surveyed = bool(asked) and rng.random() < _SHARE
        for question in asked if request.is_surveyed else ():
            if question.kind is SurveyKind.TEXT:
                if rng.random() < _WORDS_SHARE:
                    found.comments.append(_comment(rng, request, question, keys))
                continue
            counted[
                (*_place(request), question.id, request.procedure, _quarter(request), _chosen(rng, question))
            ] += 1
    names = ("agency_id", "agency_path", "question_id", "procedure", "quarter", "choice")
    found.tallies = [
        {**dict(zip(names, key, strict=True)), "answer_count": count} for key, count in counted.items()
    ]
    return found


def _asked(request: OnlineRequest, questions: Sequence[Question]) -> list[Question]:
    """As the survey asks: those whose request has ended, and nobody about a confidential one."""
    day = request.settled_on
    if day is None or request.state not in ASKED or is_confidential(request.agency_path):
        return []
    return [
        one
        for one in questions
        if one.procedure in ("", request.procedure)
        and one.valid_from <= day
        and (one.valid_to is None or day <= one.valid_to)
    ]


def _chosen(rng: Random, question: Question) -> str:
    codes = [option.code for option in question.options]
    weights = _MARKS if question.kind is SurveyKind.RATING else _OPTIONS
    return rng.choices(codes, weights[: len(codes)])[0]


def _comment(rng: Random, request: OnlineRequest, question: Question, keys: Keyring) -> SurveyComment:
    agency_id, path = _place(request)
    comment = SurveyComment(
        id=rng.randrange(1, 2**53),
        agency_id=agency_id,
        agency_path=path,
        public_key=UUID(int=rng.getrandbits(128), version=4).hex,
        question_id=question.id,
        quarter=_quarter(request),
    )
    seal(comment, {"text": rng.choice(_WORDS)}, keys)
    return comment


def _place(request: OnlineRequest) -> tuple[int, str]:
    return request.agency_id, request.agency_path


def _quarter(request: OnlineRequest) -> str:
    if request.settled_on is None:
        raise ValueError("a request that has not ended")
    return quarter_of(request.settled_on)
