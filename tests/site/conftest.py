"""The shared fixtures, for the tests of this folder."""

from tests.site.fixtures import packages, site

__all__ = ["packages", "site"]
