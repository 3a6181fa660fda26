"""Runs the tests of Rasa's components in Rasa's own environment, which this one cannot import."""

import subprocess

import pytest

from nlu import sidecar

pytestmark = pytest.mark.rasa


def test_components_pass_their_own_tests() -> None:
    done = subprocess.run(
        [".venv/bin/python", "-m", "unittest", "discover", "-t", ".", "-s", "tests"],
        cwd=sidecar.ROOT,
        env=sidecar.environment(),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
