"""Fixtures for tests beside modules as well as for those in tests/."""

from tests.fixtures import *  # noqa: F403
