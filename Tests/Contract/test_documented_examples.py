"""Every documented example whose operation is served, compared with its documented answer field by field.

`docs/documented-examples.md` has each difference with its reason. A difference that is not there fails, and so does a row that is none.
"""

import re
import subprocess

import botocore
import botocore.exceptions
import pytest

import example_fields
import example_world
import examples
import server as servers
from example_fields import Difference
from example_story import STORY

PAGE = servers.ROOT / "docs/documented-examples.md"
EXAMPLES = examples.all_examples()


def _served() -> set[str]:
    said = subprocess.run([str(servers.BINARY), "api-coverage"], capture_output=True, text=True, timeout=20, check=True).stdout
    return set(re.findall(r"^\| (\w+) \| yes \|", said, re.MULTILINE))


def _reasons() -> dict[str, set[Difference]]:
    """The page's table: example, field, documented, here, reason."""
    rows: dict[str, set[Difference]] = {}
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip().strip("`") for cell in line.split("|")[1:-1]]
        if len(cells) == 5 and cells[0] in EXAMPLES:
            assert cells[4], f"no reason: {line}"
            rows.setdefault(cells[0], set()).add(Difference(*cells[1:4]))
    return rows


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    directory = tmp_path_factory.mktemp("service")
    offerings = directory / "offerings.json"
    offerings.write_text(example_world.offerings())
    server = servers.Server(directory, network_file=example_world.network_file, arguments=["--offerings", str(offerings)])
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture(scope="module")
def told(service) -> dict[str, set[Difference]]:
    """What each example's answer has other than documented, by example. The story is told once, in its order."""
    served = _served()
    found = {}
    for chapter in STORY:
        example = EXAMPLES[chapter.example]
        if example.operation not in served:
            continue
        found[example.name] = _tell(service.client(account=chapter.world), chapter, example)
    return found


def _tell(client, chapter, example) -> set[Difference]:
    request = chapter.request(example.input)
    try:
        if chapter.prepare:
            chapter.prepare(client)
        answer = getattr(client, botocore.xform_name(example.operation))(**request)
    except botocore.exceptions.ClientError as error:
        return {Difference("(answer)", "success", error.response["Error"]["Code"])}
    return example_fields.differences(example.output, answer, chosen=example_fields.texts(request))


def test_every_served_example_is_told():
    told = [chapter.example for chapter in STORY]
    assert len(told) == len(set(told))
    assert {name for name, example in EXAMPLES.items() if example.operation in _served()} <= set(told)


@pytest.mark.parametrize("name", [chapter.example for chapter in STORY])
def test_it_is_as_documented_but_for_what_the_page_gives_a_reason_for(told, name):
    reasons = _reasons().get(name, set())
    if name not in told:
        assert not reasons, "the page has a difference of an operation that is not served"
        pytest.skip("the operation is not served")
    assert sorted(told[name]) == sorted(reasons)
