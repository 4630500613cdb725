import backup
import pytest
from click.testing import CliRunner


@pytest.fixture
def folders(tmp_path):
    """A folder with files of three kinds, and the place of its copies."""
    root, target = tmp_path / "root", tmp_path / "copies"
    (root / "notes").mkdir(parents=True)
    target.mkdir()
    (root / "a.txt").write_text("alpha")
    (root / "notes" / "b.txt").write_text("beta")
    (root / "cache.tmp").write_text("x")
    return root, target


@pytest.fixture
def run():
    return lambda *words: CliRunner().invoke(backup.cli, [str(word) for word in words])
