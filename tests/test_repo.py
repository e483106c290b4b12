"""The repository keeps its word: commands exist, data is described, nobody real is named, licences are permissive."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from tests.update_readme import real_output, shown_output

ROOT = Path(__file__).resolve().parent.parent
GUIDES = ["README.md", "CONTRIBUTING.md", ".ci/run"]
REQUIREMENTS = ["requirements.txt", "requirements-ocr.txt", "requirements-scale.txt", "requirements-dev.txt"]
EXTRAS = ("requirements-ocr.txt", "requirements-scale.txt")
SKIPPED = {".git", ".venv", "out", "build", "var", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
SKIPPED |= {".hypothesis"}
BINARY = {".docx", ".doc", ".pdf", ".npz", ".png", ".jpg", ".xls", ".xlsx", ".zip", ".7z", ".msg", ".odt", ".woff2"}


def texts() -> list[Path]:
    """Every text file of the repository (those that git would keep)."""
    return [
        f
        for f in sorted(ROOT.rglob("*"))
        if f.is_file() and f.suffix not in BINARY and not SKIPPED & set(f.relative_to(ROOT).parts)
    ]


def read(file: Path) -> str:
    """Text in whatever Chinese encoding a sample has; latin-1 as the last resort keeps digits and letters."""
    data = file.read_bytes()
    for codec in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8", "gb18030", "big5"):
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def pins(name: str) -> dict[str, str]:
    lines = (line.split("#")[0].strip() for line in (ROOT / name).read_text(encoding="utf-8").splitlines())
    return dict(line.split("==") for line in lines if line)


# --- commands -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("guide", GUIDES)
def test_make_targets_named_in_the_guides_exist(guide: str) -> None:
    named = set(re.findall(r"\bmake ([a-z]+)\b", (ROOT / guide).read_text(encoding="utf-8")))
    made = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert named
    assert named - made == set()


@pytest.mark.parametrize("guide", ["README.md", "CONTRIBUTING.md"])
def test_commands_named_in_the_guides_exist(guide: str) -> None:
    text = (ROOT / guide).read_text(encoding="utf-8")
    named = set(re.findall(r"python3? -m matcher ([a-z-]+)", text))
    assert named
    for command in sorted(named):
        asked = [sys.executable, "-m", "matcher", command, "--help"]
        shown = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
        assert shown.returncode == 0, shown.stderr
        for line in re.findall(rf"-m matcher {command} ([^\n`]*)", text):
            for option in re.findall(r"(--[a-z-]+)", line.split("#")[0]):
                assert option in shown.stdout, f"{command} {option}"


@pytest.mark.parametrize("guide", ["README.md", "CONTRIBUTING.md", "data/README.md"])
def test_files_linked_in_the_guides_exist(guide: str) -> None:
    links = re.findall(r"\]\(([^)#:\s]+)\)", (ROOT / guide).read_text(encoding="utf-8"))
    assert [link for link in links if not (ROOT / guide).parent.joinpath(link).exists()] == []


def test_the_output_shown_is_the_real_one() -> None:
    assert shown_output() == real_output(), "run: make readme"


def test_ci_runs_what_a_person_runs() -> None:
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


# --- data ---------------------------------------------------------------------------------------------------------


def test_every_data_file_is_described() -> None:
    text = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    described = set(re.findall(r"^\| `([\w.]+)`", text, re.M))
    there = {f.name for f in (ROOT / "data").iterdir() if f.suffix != ".md"}
    assert there
    assert (there - described, described - there) == (set(), set())


@pytest.mark.parametrize("file", sorted((ROOT / "data").glob("*.csv")), ids=lambda f: f.name)
def test_the_columns_described_are_the_columns_there(file: Path) -> None:
    text = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    row = re.search(rf"^\| `{re.escape(file.name)}` \| `([^`]*)`", text, re.M)
    header = file.read_text(encoding="utf-8").splitlines()[0]
    assert row
    assert row[1] == header or (row[1].endswith(",…") and header.startswith(row[1][:-1]))


@pytest.mark.parametrize(
    "file", sorted(f for f in (ROOT / "data").iterdir() if f.suffix != ".md"), ids=lambda f: f.name
)
def test_data_is_plain(file: Path) -> None:
    data = file.read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in data
    assert data.endswith(b"\n")
    data.decode("utf-8")


# --- nobody real --------------------------------------------------------------------------------------------------

MOBILE = re.compile(r"(?<![\d.])1[3-9]\d{9}(?!\d)")
EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,})")
IDENTITY = re.compile(r"(?<![\da-f])[1-9]\d{5}(?:19|20)\d{9}[\dXx](?![\da-f])")
# The textbook example of tests about spreadsheets; its check digit happens to be right.
EXAMPLES = {"110101199003070011"}
INVENTED_MOBILE = re.compile(r"1380000\d{4}")
INVENTED_HOSTS = re.compile(r"(?:.+\.)?(?:example\.(?:com|org|net|cn)|invalid|test)", re.IGNORECASE)


def could_be_real(number: str) -> bool:
    """An identity number whose check digit is right and whose serial was ever given (000 never was)."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    check = "10X98765432"[sum(int(d) * w for d, w in zip(number, weights, strict=False)) % 11]
    return check == number[-1].upper() and number[14:17] != "000"


def personal(text: str) -> list[str]:
    """What could be somebody's phone, address or identity number."""
    return [
        *(m for m in MOBILE.findall(text) if not INVENTED_MOBILE.fullmatch(m)),
        *(m[0] for m in EMAIL.finditer(text) if not INVENTED_HOSTS.fullmatch(m[1])),
        *(m for m in IDENTITY.findall(text) if could_be_real(m) and m not in EXAMPLES),
    ]


def test_no_personal_data_in_text_files() -> None:
    found = {f.relative_to(ROOT).as_posix(): personal(read(f)) for f in texts()}
    found.pop("tests/test_repo.py")  # the examples below
    assert {name: what for name, what in found.items() if what} == {}


def test_no_personal_data_in_the_sample_documents() -> None:
    from matcher.reading import Document, read_path

    files = [f for f in sorted((ROOT / "tests").rglob("*")) if f.suffix in (".docx", ".pdf")]
    found = {f.name: [personal(d.text) for d in read_path(f) if isinstance(d, Document)] for f in files}
    assert len(found) >= 24
    assert {name: what for name, what in found.items() if any(what)} == {}


@pytest.mark.parametrize(
    ("text", "caught"),
    [
        ("手机13912345678", True),
        ("手机13800000000", False),
        ("someone@qq.com", True),
        ("someone@example.com", False),
        ("身份证11010519491231002X", True),
        ("身份证110101199003070000", False),
    ],
)
def test_the_search_finds_what_it_should(text: str, caught: bool) -> None:
    assert bool(personal(text)) is caught


# --- dependencies -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_requirements_are_pinned_and_installed_as_pinned(name: str) -> None:
    pinned = pins(name)
    assert pinned
    different = {}
    for package, version in pinned.items():
        try:
            there = metadata.version(package)
        except metadata.PackageNotFoundError:
            assert name in EXTRAS, f"{package} is not installed"  # an extra may be left out
            continue
        if there != version:
            different[package] = (version, there)
    assert different == {}


def test_one_package_has_one_version() -> None:
    versions: dict[str, set[str]] = {}
    for name in REQUIREMENTS:
        for package, version in pins(name).items():
            versions.setdefault(package.lower(), set()).add(version)
    assert {p: v for p, v in versions.items() if len(v) > 1} == {}


def third_party(files: list[Path]) -> set[str]:
    found: set[str] = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return {n for n in found - set(sys.stdlib_module_names) if not (ROOT / n).is_dir() and n != "service"}


@pytest.mark.parametrize(
    ("files", "requirements"),
    [
        (
            [ROOT / "service.py", *(f for room in ("matcher", "web") for f in (ROOT / room).rglob("*.py"))],
            REQUIREMENTS[:3],
        ),
        ([f for f in (ROOT / "tests").rglob("*.py") if f.name != "make_files.py"], REQUIREMENTS),
    ],
    ids=["runtime", "tests"],
)
def test_what_is_imported_is_required(files: list[Path], requirements: list[str]) -> None:
    listed = {p.lower().replace("_", "-") for name in requirements for p in pins(name)}
    homes = metadata.packages_distributions()
    own = {f.stem for f in files}  # conftest, support
    missing = {
        module
        for module in third_party(files) - own
        if not listed & {d.lower().replace("_", "-") for d in homes.get(module, [module])}
    }
    assert missing - ({"pillow"} if "PIL" not in homes else set()) - {"PIL"} == set()


def licence(package: str) -> str:
    about = metadata.metadata(package)
    said = [about.get("License-Expression") or "", *(about.get_all("Classifier") or [])]
    # Some packages put whole licence texts, of bundled parts too, into this field: its first line names theirs.
    said.append((about.get("License") or "").strip().split("\n")[0])
    return "; ".join(s for s in said if s and (not s.startswith(("Development", "Programming")) or "Licen" in s))


@pytest.mark.parametrize("package", sorted({p for name in REQUIREMENTS[:3] for p in pins(name)}))
def test_licences_are_permissive(package: str) -> None:
    try:
        found = licence(package)
    except metadata.PackageNotFoundError:
        assert package not in pins("requirements.txt")
        pytest.skip("this extra is not installed")
    assert re.search(r"MIT|BSD|Apache|ISC|Zope|ZPL|PSF|Python Software|MPL|Mozilla|CC0|HPND|Unlicense", found), found
    assert not re.search(r"GPL|General Public|Affero|SSPL|Commons Clause|Non-?Commercial", found, re.I), found
