"""English is complete: every text of the pages has its translation, with the same placeholders."""

import gettext
import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

CATALOGUE = Path(settings.BASE_DIR) / "locale" / "en" / "LC_MESSAGES" / "django.po"
HAN = re.compile(r"[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%[sd]|\{[a-z_]*\}")
SOURCES = [
    *(Path(settings.BASE_DIR) / "templates").rglob("*.html"),
    *(
        path
        for package in ("approvals", "documents", "journal", "jobs", "organizations", "workflows")
        for path in (Path(settings.BASE_DIR) / package).rglob("*.py")
        if "migrations" not in path.parts
    ),
]
IN_TEMPLATES = re.compile(r"""{%\s*translate\s+(?:"([^"]+)"|'([^']+)')""")
IN_CODE = re.compile(r"""\b(?:_|gettext(?:_lazy|_noop)?)\(\s*"([^"\\]*)"\s*\)""")


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The compiled catalogue: Chinese text to English text."""
    compiled = tmp_path_factory.mktemp("locale") / "django.mo"
    subprocess.run(["msgfmt", "--check-format", "-o", str(compiled), str(CATALOGUE)], check=True)
    with compiled.open("rb") as file:
        return dict(gettext.GNUTranslations(file)._catalog)


def test_no_text_in_the_catalogue_is_left_untranslated() -> None:
    entries = re.split(r"\n\s*\n", CATALOGUE.read_text("utf-8"))[1:]
    empty = [entry for entry in entries if re.search(r'^msgstr(\[\d\])? ""$(?!\n")', entry, re.M)]
    assert empty == []
    assert "fuzzy" not in CATALOGUE.read_text("utf-8")


def test_translations_keep_the_placeholders_and_no_chinese(english: dict[str, str]) -> None:
    wrong = {
        text: translation
        for text, translation in english.items()
        if text
        and isinstance(text, str)
        and (
            sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(translation))
            or HAN.search(translation)
        )
    }
    assert wrong == {}


def test_every_simple_text_of_the_sources_is_in_the_catalogue(english: dict[str, str]) -> None:
    """Finds a text added without `make messages` (texts with a block or a line break aside)."""
    texts = {
        next(filter(None, found), "") if isinstance(found, tuple) else found
        for path in SOURCES
        for found in (IN_TEMPLATES if path.suffix == ".html" else IN_CODE).findall(
            path.read_text("utf-8")
        )
    }
    assert sorted(text for text in texts if HAN.search(text) and text not in english) == []
