"""docs/failure-modes.md names, for each failure, the tests that show it, and docs/security.md for each attack: they must be there."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import contract  # noqa: F401
import pytest

from scenarios import REACHED_BY
from schedule import Deed
from server import ROOT
from steps import all_cases

PAGE = ROOT / "docs/failure-modes.md"
ATTACKS = ROOT / "docs/security.md"


@dataclass
class Known:
    """All tests that there are."""

    python: dict[str, set[str]] = field(default_factory=dict)
    """Functions by file."""
    swift: dict[str, set[str]] = field(default_factory=dict)
    """Functions by suite."""
    cases: list[str] = field(default_factory=list)
    """Of the chaos suite's steps."""
    deeds: set[str] = field(default_factory=set)


def known(root: Path) -> Known:
    found = Known(cases=["all", *map(str, all_cases(list(REACHED_BY)))], deeds={deed.value for deed in Deed})
    for path in [*root.glob("Tests/Contract/test_*.py"), *root.glob("Tests/Chaos/test_*.py")]:
        nodes = ast.walk(ast.parse(path.read_text(), str(path)))
        found.python[path.name] = {node.name for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}
    for path in root.glob("Tests/*Tests/**/*.swift"):
        text = path.read_text()
        functions = set(re.findall(r"@Test\b.*?\bfunc\s+(\w+)", text, re.DOTALL))
        for suite in re.findall(r"\b(?:struct|class|extension|actor)\s+(\w+Tests)\b", text):
            found.swift.setdefault(suite, set()).update(functions)
    return found


def claims(page: str) -> Iterator[str]:
    """What is said after "Shown by", and in the last column of the table of defects."""
    for match in re.finditer(r"Shown by\W.*?(?=\n\s*\n|\n- |\Z)", page, re.DOTALL):
        yield match[0]
    table = re.search(r"^\| defect .*?(?=\n\s*\n|\Z)", page, re.DOTALL | re.MULTILINE)
    for line in table[0].splitlines()[2:] if table else ():
        yield line.strip().strip("|").split("|")[-1]


def unknown(claim: str, tests: Known) -> list[str]:
    """Names of tests in a claim that nobody has. One that begins with `::` or a dot is of the file or suite named before it."""
    missing, file, suite = [], "", ""
    for name in (" ".join(name.split()) for name in re.findall(r"`([^`]+)`", claim)):
        if match := re.fullmatch(r"(test_\w+\.py)?(?:::(test_\w+))?", name):
            file = match[1] or file
            good = file in tests.python and (match[2] is None or match[2] in tests.python[file])
        elif match := re.fullmatch(r"(\w+Tests)?(?:\.(\w+))?", name):
            suite = match[1] or suite
            good = suite in tests.swift and (match[2] is None or match[2] in tests.swift[suite])
        elif name.startswith("test_"):
            good = any(name in functions for functions in tests.python.values())
        elif match := re.fullmatch(r"(?:make chaos )?STEPS=(\S+)", name):
            good = any(match[1] in case for case in tests.cases)
        else:
            good = name == "make chaos" or name in tests.deeds
        if not good:
            missing.append(name)
    return missing


def test_the_page_names_tests_that_there_are():
    tests, page = known(ROOT), PAGE.read_text()
    said = list(claims(page))
    assert len(said) > 20 and sum(claim.count("`") for claim in said) > 100, "the page is not read"
    assert [name for claim in said for name in unknown(claim, tests)] == []


def test_every_attack_names_tests_that_there_are():
    tests = known(ROOT)
    rows = [line.strip().strip("|").split("|") for line in ATTACKS.read_text().splitlines() if line.startswith("| ")]
    attacks = [row for row in rows if row[0].strip() != "tried"]
    assert len(attacks) > 15 and all(len(row) == 3 and "`test_" in row[2] for row in attacks), "the page is not read"
    assert [name for row in attacks for name in unknown(row[2], tests)] == []


def test_every_failure_says_what_shows_it():
    """Of the sections that tell what is done about a failure."""
    for section in re.split(r"^##+ ", PAGE.read_text(), flags=re.MULTILINE):
        if "**Done**" in section:
            assert re.search(r"Shown by\W.*`", section, re.DOTALL), section.splitlines()[0]


TESTS = Known(
    python={"test_a.py": {"test_one", "test_two"}, "test_b.py": {"test_three"}},
    swift={"FirstTests": {"works"}, "SecondTests": {"holds"}},
    cases=["all", "hang:before:stop:go-on"],
    deeds={"kill all engines of a shard"},
)


@pytest.mark.parametrize(
    ("claim", "missing"),
    [
        ("Shown by: `test_a.py`, `test_a.py::test_one`, `::test_two`; `FirstTests`, `SecondTests.holds`", []),
        ("Shown by: `STEPS=hang`, `make chaos STEPS=all`; `make chaos` (`kill all engines of a\n  shard`)", []),
        ("| `test_three` |", []),
        ("Shown by: `test_c.py`", ["test_c.py"]),
        ("Shown by: `test_a.py::test_one`, `test_b.py::test_one`", ["test_b.py::test_one"]),
        ("Shown by: `test_b.py::test_three`, `::test_two`", ["::test_two"]),
        ("Shown by: `ThirdTests`, `FirstTests.works`, `.holds`", ["ThirdTests", ".holds"]),
        ("Shown by: `test_four`, `STEPS=switch`", ["test_four", "STEPS=switch"]),
        ("Shown by: a careful reading, `make sure`", ["make sure"]),
    ],
)
def test_a_name_that_nobody_has(claim, missing):
    assert unknown(claim, TESTS) == missing


def test_what_is_a_claim():
    page = "- **Lost**: `x`.\n- **Shown by**: `a`,\n  `b`.\n\nShown by: `c`\n\n"
    page += "| defect | found | test |\n|---|---|---|\n| `x` | b | `d` |\n\n| a | `y` |\n"
    assert [re.findall("`(.)`", claim) for claim in claims(page)] == [["a", "b"], ["c"], ["d"]]
