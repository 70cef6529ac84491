"""Parts of the frame that are the same for everybody with the same rights: made once and kept.

A kept part may use nothing of a request but what stands in its key: the language, the permissions, the screen that is
open, the place under which the application is served. No name, no token, no word that one answer gives its scripts, no
count of anybody's work belongs in one; those stand in the page itself. Not here: what
the parts show (`menu`, `keys`, templates).
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from flask import current_app, request
from markupsafe import Markup

from backoffice.access.identity import current_actor
from backoffice.views.formats import language


@dataclass(frozen=True)
class Part:
    """Whether a part, beside the language and the permissions, depends on the screen that is open."""

    of_screen: bool = False


PARTS = {
    "menu.html": Part(of_screen=True),
    "keys.html": Part(),
    "who_settings.html": Part(),
}
_MOST = 2_000
_KEY = "openthads_frame_parts"
Key = tuple[object, ...]


class KeptParts:
    """Texts by key for all threads of a process; the one that was not used longest goes first."""

    def __init__(self) -> None:
        self._texts: OrderedDict[Key, Markup] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Markup | None:
        """The text, or None."""
        with self._lock:
            found = self._texts.get(key)
            if found is not None:
                self._texts.move_to_end(key)
            return found

    def keep(self, key: Key, text: Markup) -> None:
        """Keep a text."""
        with self._lock:
            self._texts[key] = text
            while len(self._texts) > _MOST:
                self._texts.popitem(last=False)


def frame_part(name: str) -> Markup:
    """A part of the frame for the person of this request. Raises KeyError for a template that is no such part."""
    kept: KeptParts = current_app.extensions.setdefault(_KEY, KeptParts())
    key = _key(name, PARTS[name])
    text = kept.get(key)
    if text is None:
        # Rendered without the request's own context: what a template has no name for, it cannot show.
        text = Markup(current_app.jinja_env.get_template(name).render())  # noqa: S704 (ours, escaped by itself)
        kept.keep(key, text)
    return text


def _key(name: str, part: Part) -> Key:
    # The permissions are those that this request has read: a change of roles shows on the next page.
    rights = current_actor().permissions
    here = (request.blueprint, request.endpoint) if part.of_screen else None
    return (name, language(), request.script_root, rights, here)
