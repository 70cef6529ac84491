"""The forms of citizens as dated data: a form is a list of pages, a page a list of fields, in force on certain days.

Belongs here: the shape of a form, reading it from its data, which pages follow from the answers so far. Not here: the
forms themselves (`backoffice/data/request_forms`), reading what was typed (`request_values`), keeping it (services).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from backoffice.workflow.errors import WorkflowError
from backoffice.workflow.messages import N_, Name

LONGEST_LINE, LONGEST_TEXT, LONGEST_FILE_TITLE = 200, 5_000, 200
MOST_PEOPLE = 20


class FormDataError(WorkflowError):
    """The data of a form contradict themselves; `form` and `detail` say where."""

    code = "form_data"
    message = N_("The form %(form)s cannot be used: %(detail)s.")


class FieldType(StrEnum):
    """How a field is shown and what may be typed into it."""

    LINE = "line"
    TEXT = "text"
    NAME = "name"
    DAY = "day"
    PERSONAL_ID = "personal_id"
    BODY_ID = "body_id"
    ANY_ID = "any_id"
    PHONE = "phone"
    EMAIL = "email"
    MONEY = "money"
    NUMBER = "number"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that may be ticked."""

    value: str
    label: Name
    help: Name | None


@dataclass(frozen=True, slots=True)
class FormField:
    """One question. `most` is the number of characters, or the greatest number for a number."""

    name: str
    type: FieldType
    label: Name
    help: Name | None
    is_required: bool
    most: int
    autocomplete: str
    choices: tuple[Choice, ...]
    # The latest day that may be typed is today, unless the field asks for something to come.
    may_be_future: bool = False


@dataclass(frozen=True, slots=True)
class FormPage:
    """One thing to fill in. A page of people has `people` true: its fields are asked for each person in turn.

    `when` names a field and the values of it with which the page is asked at all. `first_from` says from which fields
    the first person is filled in beforehand, and `first_when` in which case.
    """

    name: str
    title: Name
    intro: Name | None
    fields: tuple[FormField, ...]
    people: bool
    answer: str
    when: tuple[str, frozenset[str]] | None
    first_from: Mapping[str, str] = field(default_factory=dict, hash=False)
    first_when: tuple[str, frozenset[str]] | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A paper that belongs to the request: its kind of document, and what a citizen should know about it."""

    name: str
    kind: str
    title: Name
    help: Name | None
    is_required: bool
    when: tuple[str, frozenset[str]] | None


@dataclass(frozen=True, slots=True)
class RequestForm:
    """One form of one procedure, from one day to another, both included; an open end has no `valid_to`.

    A procedure may have several forms: `fixed` holds the answers that a form gives by itself. `levels` are the levels
    of agencies that take the request.
    """

    code: str
    procedure: str
    fixed: Mapping[str, str] = field(hash=False)
    version: str
    valid_from: date
    valid_to: date | None
    legal_basis: str
    levels: frozenset[str]
    title: Name
    summary: Name
    needed: tuple[Name, ...]
    declaration: Name
    pages: tuple[FormPage, ...]
    attachments: tuple[Attachment, ...]

    @property
    def key(self) -> str:
        """What names this form in a page: `complaint_first.2026`."""
        return f"{self.code}.{self.version}"

    def is_in_force(self, day: date) -> bool:
        """Whether the form is the one to fill in on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def pages_for(self, answers: Mapping[str, object]) -> list[FormPage]:
        """The pages to be asked, in order, as far as the answers decide; a page whose condition is open is not."""
        return [page for page in self.pages if _holds(page.when, answers)]

    def attachments_for(self, answers: Mapping[str, object]) -> list[Attachment]:
        """The papers that belong to these answers."""
        return [paper for paper in self.attachments if _holds(paper.when, answers)]

    def page(self, name: str) -> FormPage | None:
        """The page of this name, whether it is asked or not."""
        return next((page for page in self.pages if page.name == name), None)


def starts_with_known(page: FormPage, answers: Mapping[str, object]) -> bool:
    """Whether the first person of the page is known from earlier answers."""
    return bool(page.first_from) and _holds(page.first_when, answers)


def load_form(data: Mapping[str, Any], shared: Mapping[str, Any]) -> RequestForm:
    """The form that the data describe; `shared` holds fields and pages that several forms have.

    Raises FormDataError when something is missing or contradicts itself.
    """
    name = f"{data.get('code')}.{data.get('version')}"
    try:
        form = RequestForm(
            code=data["code"],
            procedure=data["procedure"],
            fixed=dict(data["fixed"]),
            version=data["version"],
            valid_from=date.fromisoformat(data["valid_from"]),
            valid_to=date.fromisoformat(data["valid_to"]) if data["valid_to"] else None,
            legal_basis=data["legal_basis"],
            levels=frozenset(data["levels"]),
            title=_name(data["title"]),
            summary=_name(data["summary"]),
            needed=tuple(_name(item) for item in data["needed"]),
            declaration=_name(data["declaration"]),
            pages=tuple(_page(item, shared) for item in data["pages"]),
            attachments=tuple(_attachment(item, shared) for item in data["attachments"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise FormDataError(form=name, detail=f"{type(error).__name__} {error}") from error
    for detail in _faults(form):
        raise FormDataError(form=name, detail=detail)
    return form


def _faults(form: RequestForm) -> Iterator[str]:
    names = [page.name for page in form.pages]
    if len(set(names)) < len(names) or not names:
        yield "pages of one name"
    asked = {field.name for page in form.pages for field in page.fields if not page.people}
    conditions = [*(page.when for page in form.pages), *(paper.when for paper in form.attachments)]
    for condition in conditions:
        if condition is not None and condition[0] not in asked:
            yield f"a condition on {condition[0]}, which is never asked"
    if not {"applicant_name", "identity_number", "email"} <= asked:
        yield "it does not ask who requests"
    if form.valid_to is not None and form.valid_to < form.valid_from:
        yield "it ends before it begins"


def _written_out(item: Any, listed: Mapping[str, Any]) -> Mapping[str, Any]:
    """An item in full: a name stands for the shared item, `use` for the shared item with changes."""
    name = item if isinstance(item, str) else item.get("use")
    own = {} if isinstance(item, str) else item
    return {"name": name, **listed[name], **own} if name else own


def _page(item: Any, shared: Mapping[str, Any]) -> FormPage:
    data = _written_out(item, shared["pages"])
    fields = tuple(_field(item, shared) for item in data["fields"])
    names = [item.name for item in fields]
    if len(set(names)) < len(names) or not names:
        raise ValueError(f"fields of page {data['name']}")
    return FormPage(
        name=data["name"],
        title=_name(data["title"]),
        intro=_optional(data.get("intro")),
        fields=fields,
        people=bool(data.get("people")),
        answer=data.get("people") or data["name"],
        when=_condition(data.get("when")),
        first_from=dict(data.get("first_from") or {}),
        first_when=_condition(data.get("first_when")),
    )


def _field(item: Any, shared: Mapping[str, Any]) -> FormField:
    data = _written_out(item, shared["fields"])
    kind = FieldType(data["type"])
    return FormField(
        name=data["name"],
        type=kind,
        label=_name(data["label"]),
        help=_optional(data.get("help")),
        is_required=bool(data.get("required")),
        most=int(data.get("most") or (LONGEST_TEXT if kind is FieldType.TEXT else LONGEST_LINE)),
        autocomplete=data.get("autocomplete") or "off",
        choices=_choices(data.get("choices", ()), shared),
        may_be_future=bool(data.get("future")),
    )


def _choices(data: Any, shared: Mapping[str, Any]) -> tuple[Choice, ...]:
    """The answers to choose from; `@name` stands for a list that is shared."""
    listed = shared["choices"][data[1:]] if isinstance(data, str) else data
    return tuple(Choice(item["value"], _name(item["label"]), _optional(item.get("help"))) for item in listed)


def _attachment(item: Any, shared: Mapping[str, Any]) -> Attachment:
    data = _written_out(item, shared["attachments"])
    return Attachment(
        name=data["name"],
        kind=data["kind"],
        title=_name(data["title"]),
        help=_optional(data.get("help")),
        is_required=bool(data.get("required")),
        when=_condition(data.get("when")),
    )


def _condition(data: Mapping[str, Any] | None) -> tuple[str, frozenset[str]] | None:
    return None if not data else (data["field"], frozenset(data["in"]))


def _holds(condition: tuple[str, frozenset[str]] | None, answers: Mapping[str, object]) -> bool:
    return condition is None or answers.get(condition[0]) in condition[1]


def _name(data: Mapping[str, str]) -> Name:
    return Name(data["vi"], data["en"])


def _optional(data: Mapping[str, str] | None) -> Name | None:
    return None if data is None else _name(data)
