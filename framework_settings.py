"""Settings of Flask-AppBuilder: what it may do for us, and everything it must not. Not here: our own (`config`)."""

from __future__ import annotations

FRAMEWORK: dict[str, object] = {
    "APP_NAME": "OpenTHADS",
    "AUTH_TYPE": 1,
    "AUTH_ROLE_ADMIN": "national_administrator",
    "AUTH_ROLE_PUBLIC": "Public",
    "AUTH_USER_REGISTRATION": False,
    "AUTH_RATE_LIMITED": True,
    # Tries to sign in: of one address, behind which a whole office may sit, and of one name from one address.
    "AUTH_RATE_LIMIT": "30 per minute;200 per hour",
    "AUTH_NAME_RATE_LIMIT": "5 per minute;30 per hour",
    "RATELIMIT_ENABLED": True,
    # Without Redis each process counts for itself: people can still sign in, and nobody without end.
    "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
    "RATELIMIT_HEADERS_ENABLED": False,
    "FAB_ADD_SECURITY_API": False,
    "FAB_API_SWAGGER_UI": False,
    "FAB_API_SHOW_STACKTRACE": False,
    "FAB_API_ALLOW_JSON_QS": False,
    "FAB_API_MAX_PAGE_SIZE": 100,
    "FAB_ADD_SECURITY_PERMISSION_VIEW": False,
    "FAB_ADD_SECURITY_VIEW_MENU_VIEW": False,
    "FAB_ADD_SECURITY_PERMISSION_VIEWS_VIEW": False,
    "FAB_UPDATE_PERMS": False,
    "FAB_PASSWORD_COMPLEXITY_ENABLED": True,
}
