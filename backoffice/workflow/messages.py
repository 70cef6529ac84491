"""Marks and fills English message ids in pure modules, where no translation catalog is open.

Belongs here: the marker that the catalog extractor looks for, and the shape of one explained line.
Does not belong here: translating (the screen does it), and the texts, which stand where they are used.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


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


def _in_language(value: object, language: str) -> object:
    return value.in_language(language) if isinstance(value, Name) else value
