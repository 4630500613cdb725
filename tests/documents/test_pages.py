"""The pages of the documentation: each is reached; names, settings and warnings are on one; links lead somewhere."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import snapy_instrument
from snapy_instrument.testing.plugin.settings import OPTIONS
from snapy_instrument.trace.text.scrubbers import NAMES as SCRUBBERS
from snapy_instrument.tracers.tracer_options import OPTION_NAMES
from tests.documents.blocks import DOCUMENTS, ROOT, label

PACKAGE = Path(snapy_instrument.__file__).parent
DOCS = ROOT / "docs"
PAGES = sorted(path for path in DOCS.rglob("*") if path.suffix in (".md", ".rst") and "_build" not in path.parts)
# Those that a setting replaces, and the folder of the project.
_NOT_FOR_MARKS = {"filter_modules", "detail_level", "redactor", "root"}
_TREES = re.compile(r"\{toctree\}\n(.*?)^:::|^\.\. toctree::\n(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)


def text_of(page: str) -> str:
    """The text of a page of docs."""
    return (DOCS / page).read_text(encoding="utf-8")


def slugs_in_source() -> set[str]:
    """The slugs of all warnings the package can issue."""
    sources = [path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))]
    return {slug for source in sources for slug in re.findall(r"\b(?:warn|SnapyWarning)\(\s*\"([a-z-]+)\"", source)}


def test_every_warning_is_explained() -> None:
    """Each slug has a heading in docs/messages.md, and no heading is left over."""
    assert set(re.findall(r"^## `([a-z-]+)`$", text_of("messages.md"), re.MULTILINE)) == slugs_in_source()


@pytest.mark.parametrize("document", DOCUMENTS, ids=label)
def test_links_lead_somewhere(document: Path) -> None:
    """Every relative link names a file that exists."""
    links = re.findall(r"\]\((?!https?://)([^)#]+)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_page_is_in_a_table_of_contents() -> None:
    """Each page but the first is named by the toctree of another."""
    named: set[Path] = set()
    for page in PAGES:
        for tree in _TREES.findall(page.read_text(encoding="utf-8")):
            entries = re.findall(r"^\s*(?![\s:])([\w/-]+)$", "".join(tree), re.M)
            named.update((page.parent / entry).resolve() for entry in entries)
    assert {page.with_suffix("") for page in PAGES} - named == {DOCS / "index"}


def test_every_public_name_is_in_the_reference() -> None:
    """Each name of the face has one entry in docs/reference, and no entry of the face is left over."""
    entries = [
        name
        for page in sorted((DOCS / "reference").glob("*.rst"))
        for name in re.findall(
            r"^\.\. (?:auto(?!module)\w+|py:data):: snapy_instrument\.(\w+)(?:\(.*\))?$",
            page.read_text(encoding="utf-8"),
            re.M,
        )
    ]
    assert sorted(entries) == sorted(snapy_instrument.__all__)


def test_every_setting_is_explained() -> None:
    """docs/howto/pytest.md has each setting and what a mark takes, docs/howto/flaky.md each scrubber."""
    table = re.findall(r"^\| `(\w+)` \| `(--[\w-]+)", text_of("howto/pytest.md"), re.M)
    assert table == [(option.ini, option.flag) for option in OPTIONS]
    marks = text_of("howto/pytest.md").partition("## One test")[2].partition("\n## ")[0]
    arguments = OPTION_NAMES - _NOT_FOR_MARKS
    assert {name for name in arguments if f"`{name}`" not in marks} == set()
    assert set(re.findall(r"^\| `(\w+)` \|", text_of("howto/flaky.md"), re.M)) == set(SCRUBBERS)


def test_the_changelog_has_this_version() -> None:
    """The newest entry of docs/changelog.md is the version in pyproject.toml."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    entries = re.findall(r"^## \[?(\d[\w.]*)\]? - (\d{4}-\d\d-\d\d|unreleased)$", text_of("changelog.md"), re.M)
    assert entries[0][0] == version


def test_readme_names_the_pages() -> None:
    """README links to the first page and to the tutorial."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "(docs/index.md)" in readme
    assert "(docs/tutorial.md)" in readme
