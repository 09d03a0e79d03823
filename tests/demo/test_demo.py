"""`playhead demo` prints results of a real service, and leaves files that work."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import playhead
from playhead.cli import demo as demo_module
from playhead.cli.main import main
from playhead.demo.story import Story


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Run the demo once; the value is its folder and its output."""
    folder = tmp_path_factory.mktemp("demo")
    lines: list[str] = []
    Story(folder, lines.append).tell()
    return folder, lines


def test_the_story_says_that_order_and_answers_are_kept_at_every_speed(told: tuple[Path, list[str]]) -> None:
    said = told[1]
    replays = [line for line in said if line.endswith("the same")]
    assert len(replays) == 3
    assert all("6 2 8 4 1 7 3 5" in line for line in replays)
    assert not any("DIFFERENT" in line for line in said)


def test_faster_replays_are_faster(told: tuple[Path, list[str]]) -> None:
    seconds = [float(line.split(" s ")[0].split()[-1]) for line in told[1] if line.endswith("the same")]
    recorded, tenfold, instant = seconds
    assert recorded > tenfold > instant


def test_the_story_names_what_the_next_version_breaks(told: tuple[Path, list[str]]) -> None:
    said = "\n".join(told[1])
    assert "BREAKING   type-changed  /price" in said
    assert "BREAKING   field-removed  /stock" in said
    assert "COMPATIBLE field-added  /currency" in said


def test_the_recording_holds_streams_errors_and_failures(told: tuple[Path, list[str]]) -> None:
    interactions = playhead.load(told[0] / "shop.json").interactions
    statuses = [each.response.status for each in interactions if each.response]
    assert sorted(statuses) == [200] * 9 + [409]
    assert [each.failure.kind for each in interactions if each.failure] == ["ConnectError"]
    stream = next(each for each in interactions if each.request.url.endswith("/events"))
    assert len(stream.timing.chunks) == 4


def test_the_registration_is_told_and_replayed_without_its_services(told: tuple[Path, list[str]]) -> None:
    said = "\n".join(told[1])
    assert "   users.create    1\n   GET /products/6 200 OK\n   mail.send       mail 1 is on its way to ada@" in said
    assert "users.find      User 1, Ada, ada@shop.example, 20" in said
    assert "users.create    IntegrityError: UNIQUE constraint failed: users.email" in said
    assert said.count("the same.") == 1


def test_the_calls_of_database_and_mail_are_beside_http_on_one_cassette(told: tuple[Path, list[str]]) -> None:
    made = playhead.load(told[0] / "registered.json").interactions
    assert [each.call.path for each in made if hasattr(each, "call")] == [
        "users.create",
        "mail.send",
        "users.find",
        "users.create",
    ]
    assert [each.request.url for each in made if hasattr(each, "request")] == ["origin://shop/products/6"]
    starts = [each.timing.start_us for each in made]
    assert starts == sorted(starts)


def test_the_story_fits_a_terminal(told: tuple[Path, list[str]]) -> None:
    folder, said = told
    assert max(len(line.replace(str(folder), "playhead-demo")) for line in said) <= 80


def test_the_test_that_it_leaves_passes(told: tuple[Path, list[str]]) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(told[0])]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert "2 passed" in done.stdout, done.stdout


def test_an_existing_folder_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playhead.demo.story.Story.tell", lambda story: print(story.folder.name))
    wanted = tmp_path / "playhead-demo"
    names = [CliRunner().invoke(main, ["demo", str(wanted)]).output.strip() for _ in range(3)]
    assert names == ["playhead-demo", "playhead-demo-2", "playhead-demo-3"]


def test_a_folder_that_cannot_be_made_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = CliRunner().invoke(main, ["demo", str(tmp_path / "file" / "demo")])
    assert done.exit_code == 2
    assert "cannot be created" in done.output


def test_without_the_extra_the_demo_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_module, "find_spec", lambda name: None)
    done = CliRunner().invoke(main, ["demo", str(tmp_path / "demo")])
    assert done.exit_code == 2
    assert "pip install 'playhead[demo]'" in done.output
    assert not (tmp_path / "demo").exists()


@pytest.mark.parametrize("here", [".", "..", "./", ""])
def test_the_demo_in_a_folder_that_has_no_name_of_its_own_makes_one_there(
    here: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").mkdir()
    monkeypatch.chdir(tmp_path / "a")
    monkeypatch.setattr(Story, "tell", lambda story: story.say(str(story.folder.resolve())))
    parent = tmp_path if here == ".." else tmp_path / "a"
    for name in ("playhead-demo", "playhead-demo-2"):
        result = CliRunner().invoke(main, ["demo", here])
        assert result.exit_code == 0, result.output
        assert result.output.strip() == str(parent / name)
