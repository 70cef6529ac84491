"""Schedules in words, in both languages, and the ones that have none."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from backoffice.forms.fields import digits_of
from backoffice.services.schedule import is_too_fast
from backoffice.views import formats
from backoffice.views.schedule_words import in_words
from config import ROOT


@pytest.fixture(scope="module")
def words() -> Flask:
    """An application that has nothing but the catalog."""
    app = Flask(__name__)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "translations")
    Babel(app, default_locale="vi")
    return app


@pytest.mark.parametrize(
    ("cron", "vietnamese", "english"),
    [
        ("0 2 * * *", "mỗi ngày lúc 02:00", "every day at 02:00"),
        ("30 6,18 * * *", "mỗi ngày lúc 06:30, 18:30", "every day at 06:30, 18:30"),
        ("*/15 * * * *", "cứ 15 phút một lần", "every 15 minutes"),
        ("* * * * *", "mỗi phút một lần", "every minute"),
        ("5 * * * *", "mỗi giờ một lần, vào phút thứ 05", "every hour at minute 05"),
        ("0 7 * * 1-5", "thứ Hai, thứ Ba, thứ Tư, thứ Năm, thứ Sáu hằng tuần lúc 07:00", None),
        ("0 3 1,15 * *", "ngày 1, 15 hằng tháng lúc 03:00", "every month on day 1, 15 at 03:00"),
        ("0 */6 * * 0", None, "every Sunday, every 6 hours at minute 00"),
    ],
)
def test_schedule_is_told_in_words_when_people_use_such_fields(
    words: Flask, cron: str, vietnamese: str | None, english: str | None
) -> None:
    with words.test_request_context():
        for locale, wanted in (("vi", vietnamese), ("en", english)):
            with force_locale(locale):
                assert wanted is None or in_words(cron) == wanted


@pytest.mark.parametrize(
    "cron",
    ["0 2 1 * 1", "0 2 * 6 *", "*/7 * * * *", "0 0-23 * * *", "61 2 * * *", "1-3 * * * *", "0 2 * * 1/2"],
)
def test_schedule_has_no_words_when_no_short_sentence_tells_it(words: Flask, cron: str) -> None:
    with words.test_request_context():
        assert in_words(cron) == ""


@pytest.mark.parametrize(
    ("cron", "expected"), [("* * * * *", True), ("0,5 2 * * 3", True), ("0 2 * * *", False)]
)
def test_schedule_counts_as_too_fast_when_runs_would_meet(cron: str, expected: bool) -> None:
    assert is_too_fast(cron) is expected


def test_numbers_follow_the_language_when_it_changes(words: Flask) -> None:
    seen = {}
    with words.test_request_context():
        for locale in ("vi", "en"):
            with force_locale(locale):
                seen[locale] = (
                    formats.count(1234567),
                    formats.money(1000),
                    formats.percent(0.98),
                    formats.size(1536),
                )
    assert seen["vi"] == ("1.234.567", "1.000\u00a0đ", "98,0\u00a0%", "1,5 KB")
    assert seen["en"] == ("1,234,567", "1,000\u00a0đ", "98.0%", "1.5 KB")


@pytest.mark.parametrize(
    "text", ["1.234.567", "1,234,567", "1 234 567", "1234567", "1.234.567 đ", " 1.234.567₫"]
)
def test_amount_is_read_when_signs_stand_between_thousands(text: str) -> None:
    assert digits_of(text) == "1234567"


@pytest.mark.parametrize(
    "text", ["1.5", "12,50", "1.234,567", "1..234", "-1000", "1e6", "١٢٣", ".", "đ", "1.2345"]
)
def test_amount_is_refused_when_it_may_mean_something_else(text: str) -> None:
    with pytest.raises(ValueError, match="not a whole number"):
        digits_of(text)
