"""Stopping and going on: a file that holds what was typed, and a code without which nobody can open it.

Not here: how the file is sealed (`services.draft_seal`), the draft's row (`services.request_draft`).
"""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from backoffice import clock
from backoffice.errors import NotFoundError
from backoffice.services.draft_seal import LARGEST_FILE, ResumeError, make_resume_file, read_resume_file
from backoffice.services.request_draft import Draft, discard_draft
from backoffice.services.request_forms import form_in_force
from backoffice.services.request_steps import AGENCY
from backoffice.views.errors import sentence
from backoffice.views.public_draft import begin, filing_of, key_of, step_url, typed_fields
from backoffice.views.public_filing import Answer

_NOT_CARRIED = ("files", "receipt", "resume_code", "done", "locale")


def save(number: str) -> Answer:
    """Show the code with which the file opens; on POST hand the file out."""
    found = filing_of(number)
    if request.method != "POST":
        return render_template(
            "public/save.html", number=number, filing=found, on=step_url(number, found.next_step())
        )
    record = {name: value for name, value in found.draft.record().items() if name not in _NOT_CARRIED}
    record["lost_files"] = [file.name for file in found.draft.files]
    raw = make_resume_file(_installation(), found.draft.resume_code, record)
    answer = Response(raw, mimetype="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="ho-so-{clock.today():%Y%m%d}.thads"'
    return answer


def discard(number: str) -> Answer:
    """Ask once, then throw the request away."""
    found = filing_of(number)
    if request.method != "POST":
        return render_template("public/discard.html", number=number, on=step_url(number, found.next_step()))
    discard_draft(key_of(number))
    flash(_("What you typed has been deleted."), "good")
    return redirect(url_for("public.start"))


def resume() -> Answer:
    """Go on with a file that was saved before."""
    if request.method != "POST":
        return render_template("public/resume.html", typed="", problems=[])
    typed, item = request.form.get("code", ""), request.files.get("file")
    problems: list[tuple[str, str]] = []
    if item is None or not item.filename:
        problems.append(("file", _("Choose the file that you saved.")))
    if not typed.strip():
        problems.append(("code", _("Write the code that was shown when you saved the file.")))
    if not problems and item is not None:
        raw = item.stream.read(LARGEST_FILE + 1)
        try:
            return _go_on(read_resume_file(_installation(), typed, raw))
        except ResumeError as error:
            problems.append(("code", sentence(error)))
    return render_template("public/resume.html", typed=typed[:40], problems=problems), 400


def begin_again() -> Answer:
    """A new request with what was typed on one page, after the draft was gone."""
    code = request.form.get("form", "").partition(".")[0]
    form = form_in_force(code, clock.today())
    page = form.page(request.form.get("page", ""))
    draft = Draft(form.code, form.version)
    if page is not None:
        typed = typed_fields(field.name for field in page.fields)
        if page.people:
            draft.people[page.name] = [typed]
        else:
            draft.pages[page.name] = typed
    flash(_("The text of your last page is kept. Fill in the others anew."), "wait")
    return redirect(url_for("public.agency", number=begin(form, draft)))


def _go_on(record: dict[str, Any]) -> Answer:
    """A new draft with what the file holds, under the form in force today."""
    try:
        form = form_in_force(record["form"], clock.today())
        draft = Draft.of({**record, "version": form.version})
    except (NotFoundError, TypeError, KeyError) as error:
        raise ResumeError from error
    if form.version != record["version"]:
        flash(_("The law has changed since you saved. Look at every page again before you send."), "wait")
    number = begin(form, draft)
    flash(_("Your request is open again. Go on where something is missing."), "good")
    return redirect(step_url(number, AGENCY if not draft.agency else filing_of(number).next_step()))


def _installation() -> str:
    return str(current_app.config["SECRET_KEY"])
