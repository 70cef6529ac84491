"""Marks and fills English message ids in pure modules, where no translation catalog is open.

Belongs here: the marker that the catalog extractor looks for, and the shape of one explained line.
Does not belong here: translating (the screen does it), and the texts, which stand where they are used.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


def N_(message: str) -> str:  # noqa: N802 - the name that catalog extractors know
    """Return the message id unchanged; being an argument here puts it into the catalog."""
    return message


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence for people: a message id with `%(name)s` places, and what fills them.

    `params` may hold dates, numbers, plain strings and `Name` values; a screen formats dates and numbers in
    its own way and takes names in its language.
    """

    message: str
    params: Mapping[str, object] = field(default_factory=dict)

    def text(self, language: str = "en") -> str:
        """Return the sentence with ISO dates and with names in `language`, but the frame in English."""
        return self.message % self.localised(language)

    def as_record(self) -> dict[str, Any]:
        """Return the sentence as plain JSON values, to be kept and shown later in any language."""
        return {"message": self.message, "params": {key: _plain(value) for key, value in self.params.items()}}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Line":
        """Return the sentence that `as_record` wrote."""
        return cls(record["message"], {key: _rich(value) for key, value in record["params"].items()})

    def localised(self, language: str) -> dict[str, object]:
        """Return the params with every `Name` replaced by its text in `language` (`vi` or `en`)."""
        return {key: _in_language(value, language) for key, value in self.params.items()}


@dataclass(frozen=True, slots=True)
class Name:
    """A proper name or title kept in both languages as data, for example a holiday or a legal rule."""

    vi: str
    en: str

    def __str__(self) -> str:
        return self.vi

    def in_language(self, language: str) -> str:
        """Return the Vietnamese text for `vi`, the English text for any other language."""
        return self.vi if language == "vi" else self.en


def _plain(value: object) -> object:
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return {"vi": value.vi, "en": value.en} if isinstance(value, Name) else value


def _rich(value: Any) -> object:
    if not isinstance(value, dict):
        return value
    return date.fromisoformat(value["date"]) if "date" in value else Name(value["vi"], value["en"])


def _in_language(value: object, language: str) -> object:
    return value.in_language(language) if isinstance(value, Name) else value
