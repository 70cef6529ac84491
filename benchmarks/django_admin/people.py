"""`python -m benchmarks.django_admin.people NAME PASSWORD PATH …`: Django's own tables and its two accounts."""

import os
import sys

import django
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.django_admin.settings")


def main(words: list[str]) -> None:
    """Make the tables and, of each three words, an account with all rights in its subtree."""
    django.setup()
    from django.contrib.auth.models import User  # noqa: PLC0415 (not before the set-up)

    call_command("migrate", verbosity=0)
    for name, password, path in zip(words[::3], words[1::3], words[2::3], strict=True):
        User.objects.create_superuser(name, "", password, last_name=path)


if __name__ == "__main__":
    main(sys.argv[1:])
