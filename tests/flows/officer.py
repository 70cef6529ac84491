"""An officer's browser for tests of whole journeys: presses only buttons that its page shows, with what the page carries.

Not here: what should come of it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, SoupStrainer, Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.views.world import PASSWORD

_FORMS = SoupStrainer(["form"])

# What may be done beside the way at nearly any time.
BESIDE = frozenset({"merge"})


@dataclass
class Officer:
    """One signed-in browser and the page it shows."""

    client: FlaskClient
    answer: TestResponse

    @classmethod
    def signed_in(cls, app: Flask, username: str) -> Officer:
        """Sign in through the form."""
        client = app.test_client()
        officer = cls(client, client.get("/login/"))
        officer.press("/login/", username=username, password=PASSWORD)
        return officer

    @property
    def text(self) -> str:
        """The page."""
        return self.answer.text

    def open(self, path: str) -> str:
        """Go to a page that must be there."""
        self.answer = self.client.get(path)
        assert self.answer.status_code == 200, (path, self.answer.status_code, self.problems())
        return self.answer.text

    def press(self, address: str, *, expected: int = 302, **values: Any) -> TestResponse:
        """Press the button of the form that goes to this address, with what the form carries; then follow."""
        form = self._form(address)
        data: dict[str, Any] = {**_carried(form), **values}
        for name, value in values.items():
            if isinstance(value, bytes):
                data[name] = (io.BytesIO(value), "tep.pdf")
        found = self.client.post(str(form.get("action") or self.answer.request.path), data=data)
        self.answer = found
        assert found.status_code == expected, (address, found.status_code, self.problems())
        if expected == 302:
            self.answer = self.client.get(str(found.location), follow_redirects=True)
        return found

    def take(self, request_id: int, step: str, **values: Any) -> None:
        """Open a request and press the button of a step."""
        self.open(f"/requests/show/{request_id}")
        self.press(f"/requests/step/{request_id}/{step}", **values)

    def fill(self, request_id: int, name: str, *, expected: int = 302, **values: Any) -> TestResponse:
        """Open a form that the request's page offers, fill it in and send it."""
        address = f"/requests/form/{request_id}/{name}"
        assert f'href="{address}"' in self.open(f"/requests/show/{request_id}"), address
        self.open(address)
        return self.press(address, expected=expected, **values)

    def offered(self, request_id: int) -> set[str]:
        """The names of the steps and forms that the page of a request offers on its way."""
        page = BeautifulSoup(self.open(f"/requests/show/{request_id}"), "html.parser")
        places = [str(form["action"]) for form in page.select("form[action*='/requests/step/']")]
        places += [str(link["href"]) for link in page.select("a[href*='/requests/form/']")]
        return {place.rsplit("/", 1)[1] for place in places} - BESIDE

    def problems(self) -> str:
        """What the page says is wrong."""
        page = BeautifulSoup(self.answer.text, "html.parser")
        found = [item.get_text(" ", strip=True) for item in page.select("[role=alert], .field-error, h1")]
        return " | ".join(found)

    def _form(self, address: str) -> Tag:
        page = BeautifulSoup(self.answer.text, "html.parser", parse_only=_FORMS)
        for form in page.find_all("form"):
            if isinstance(form, Tag) and (form.get("action") or self.answer.request.path) == address:
                return form
        raise AssertionError(f"no button to {address} on {self.answer.request.path}: {self.problems()}")


def _carried(form: Tag) -> dict[str, str]:
    """What the form sends when nothing is typed."""
    found: dict[str, str] = {}
    for item in form.find_all(["input", "textarea", "select"]):
        name, kind = item.get("name"), item.get("type")
        if not name or kind in {"file", "submit"} or item.has_attr("disabled"):
            continue
        if item.name == "select":
            chosen = item.find("option", selected=True) or item.find("option")
            found[str(name)] = str(chosen.get("value", "")) if isinstance(chosen, Tag) else ""
        elif kind not in {"checkbox", "radio"} or item.has_attr("checked"):
            found[str(name)] = (
                item.get_text().lstrip("\r\n") if item.name == "textarea" else str(item.get("value") or "")
            )
    return found
