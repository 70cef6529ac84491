"""Handing a text to a gateway for SMS or chat that an operator has set up, through Apprise.

Only addresses from the operator's own file are used, and only kinds of gateways on a list: nothing that reads files,
runs programs or speaks to this machine. Not here: e-mail (`notice_smtp`).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from pathlib import Path

from apprise import Apprise, AppriseAsset, NotifyFormat
from apprise.common import PersistentStoreMode

from backoffice.models.notice_states import NoticeChannel
from backoffice.services.notice_content import text_of
from backoffice.services.notice_delivery import Answer, Dispatch, OvertakenError, Result
from config import NoticeSettings

# Kinds of gateways that speak HTTPS to a provider, and the plain ones for a gateway of one's own.
SMS_SCHEMES = frozenset(
    {
        "jsons",
        "forms",
        "xmls",
        "twilio",
        "vonage",
        "nexmo",
        "sinch",
        "msgbird",
        "clicksend",
        "d7sms",
        "infobip",
    }
    | {"bulksms", "plivo", "telnyx", "httpsms", "smseagles", "clickatell", "burstsms", "kaleyra"}
)
CHAT_SCHEMES = frozenset(
    {
        "jsons",
        "forms",
        "xmls",
        "mmosts",
        "rockets",
        "matrixs",
        "nctalks",
        "slack",
        "workflows",
        "tgram",
        "zulip",
    }
    | {"ntfys", "gotifys", "webex", "gchat", "discord", "zalo"}
)
_TO = "{to}"
_ADDRESS = re.compile(r"\+?[A-Za-z0-9._-]{1,64}")

logging.getLogger("apprise").setLevel(logging.CRITICAL)


class GatewayError(ValueError):
    """The operator's address of a gateway cannot be used; the message says why, without the address."""


def send_text(settings: NoticeSettings, dispatch: Dispatch, may_hand_over: Callable[[], bool]) -> Result:
    """Make one attempt. A gateway answers yes or no only: a no is tried again."""
    route = dispatch.channel
    try:
        gateway = _gateway(settings, dispatch.channel, dispatch.content.address)
    except (GatewayError, OSError):
        return Result(Answer.DEFERRED, "gateway_settings", route)
    text = text_of(dispatch.said)
    if not may_hand_over():
        raise OvertakenError
    is_sent = gateway.notify(body=text, title=dispatch.said.subject, body_format=NotifyFormat.TEXT)
    return Result(Answer.SENT, None, route) if is_sent else Result(Answer.DEFERRED, "gateway_refused", route)


def check_gateway(url: str, channel: str) -> str:
    """The address of a gateway as it stands. Raises GatewayError for a kind that is not on the list."""
    scheme = url.strip().partition("://")[0].lower()
    allowed = SMS_SCHEMES if channel == NoticeChannel.SMS else CHAT_SCHEMES
    if scheme not in allowed:
        raise GatewayError(f"gateways of the kind {scheme[:20]!r} are not allowed")
    if channel == NoticeChannel.SMS and _TO not in url:
        raise GatewayError("the address of the SMS gateway has no place {to} for the number")
    return url.strip()


def _gateway(settings: NoticeSettings, channel: str, address: str) -> Apprise:
    path = settings.sms_url_file if channel == NoticeChannel.SMS else settings.chat_url_file
    if not _ADDRESS.fullmatch(address):
        raise GatewayError("not the address of a receiver")
    url = check_gateway(_read(path), channel)
    asset = AppriseAsset(
        secure_logging=True, plugin_paths=[], storage_mode=PersistentStoreMode.MEMORY, async_mode=False
    )
    gateway = Apprise(asset=asset)
    if not gateway.add(url.replace(_TO, address.removeprefix("+"))):
        raise GatewayError("the address of the gateway cannot be read")
    return gateway


def _read(path: Path | None) -> str:
    if path is None:
        raise GatewayError("no gateway is set up")
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    urls = [line for line in lines if line and not line.startswith("#")]
    if len(urls) != 1:
        raise GatewayError("the file of a gateway holds one address")
    return urls[0]
