from pathlib import Path

import pytest

from tests.support.content import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A small sound content folder."""
    return Folder(tmp_path / "content")
