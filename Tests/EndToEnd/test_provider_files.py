"""Provider files: what the program says about each, and that the published schema says the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from support.binary import REPOSITORY, run
from support.provider_corpus import SPECIMENS, Specimen

SCHEMA = json.loads((REPOSITORY / "providers" / "schema.json").read_text())
ENVIRONMENT = {"CORPUS_ISSUER": "https://id.example", "CORPUS_ID": "corpus"}


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


SHIPPED = sorted(path for path in (REPOSITORY / "providers").iterdir() if path.name != "schema.json")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_a_file_that_is_shipped_is_as_the_schema_and_the_program_have_it(path: Path, tmp_path: Path) -> None:
    content = json.loads(path.read_text())
    assert content["$schema"] == "./schema.json"
    assert [flaw.message for flaw in Draft202012Validator(SCHEMA).iter_errors(content)] == []
    (tmp_path / f"{content['id']}.json").write_text(path.read_text())
    answer = run("provider", "list", "--json", "--providers", str(tmp_path))
    assert answer.stderr == ""
    assert content["id"] in {provider["id"] for provider in json.loads(answer.stdout)}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What ``provider list`` says about each specimen's file, by the specimen's name."""
    folder = tmp_path_factory.mktemp("corpus")
    names: dict[str, str] = {}
    said: dict[str, str] = {}
    for number, specimen in enumerate(SPECIMENS):
        if "id" in specimen.base:
            said[specimen.name] = complaints_about({str(specimen.base["id"]): specimen}, tmp_path_factory.mktemp("one"))
        else:
            names[f"file-{number:03}"] = specimen.name
    specimens = {specimen.name: specimen for specimen in SPECIMENS}
    for line in complaints_about({file_id: specimens[name] for file_id, name in names.items()}, folder).splitlines():
        name = names[line.split(".json")[0]]
        said[name] = said.get(name, "") + line
    return said


def complaints_about(specimens: dict[str, Specimen], folder: Path) -> str:
    """Standard error of ``provider list``, which succeeds whatever the files hold."""
    for name in ("secret.txt", "id.txt"):
        (folder / name).write_text("from a file\n")
        (folder / name).chmod(0o600)
    for file_id, specimen in specimens.items():
        (folder / f"{file_id}.json").write_text(json.dumps(specimen.content(file_id), indent=2))
    answer = run("provider", "list", "--providers", str(folder), environment=ENVIRONMENT)
    assert answer.returncode == 0, answer.stderr
    assert "is not set" not in answer.stdout, answer.stdout
    return answer.stderr


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda specimen: specimen.name)
def test_program_and_schema_agree(specimen: Specimen, verdicts: dict[str, str]) -> None:
    said = verdicts.get(specimen.name, "")
    content = specimen.content("file-000")
    flaws = [flaw.message for flaw in Draft202012Validator(SCHEMA).iter_errors(content)]
    if specimen.wrong is None:
        assert said == ""
        assert flaws == []
    else:
        assert ".json, line " in said
        assert f", {specimen.wrong}" in said
        assert flaws != []
