"""Modules as they are rewritten: markers, fixtures and calls as a person would write them, and nothing else."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import dedent

import pytest

from playhead.services.migrating.source import Rewritten, rewrite

HEAD = "import pytest\nimport vcr\n\n"


def rewritten(folder: Path, text: str) -> Rewritten:
    result = rewrite(folder / "tests" / "test_users.py", HEAD + dedent(text), folder)
    ast.parse(result.text)
    return result


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("@pytest.mark.vcr", "@pytest.mark.cassette"),
        ("@pytest.mark.vcr()  # why", "@pytest.mark.cassette  # why"),
        ('@pytest.mark.vcr(record_mode="once")', "@pytest.mark.cassette"),
        ('@pytest.mark.vcr(record_mode="none")', '@pytest.mark.cassette(record="none")'),
        ("@pytest.mark.vcr(allow_playback_repeats=True)", "@pytest.mark.cassette(repeat=True)"),
        ('@pytest.mark.vcr(match_on=["method", "uri", "body"])', "@pytest.mark.cassette"),
        ('@pytest.mark.vcr(match_on=["method", "uri"])', '@pytest.mark.cassette(match="vcrpy")'),
        (
            '@pytest.mark.vcr(match_on=["method", "path", "query", "body"])',
            '@pytest.mark.cassette(ignore=["host"])',
        ),
        ('@pytest.mark.vcr(filter_headers=["authorization", ("cookie", "x")])', "@pytest.mark.cassette"),
        (
            '@pytest.mark.vcr(filter_query_parameters=["tenant"])',
            '@pytest.mark.cassette(redact=["query.tenant"], ignore=["query.tenant"])',
        ),
        ('@pytest.mark.vcr(ignore_hosts=["a.test"])', '@pytest.mark.cassette(passthrough=["a.test"])'),
        ("@pytest.mark.vcr(decode_compressed_response=True)", "@pytest.mark.cassette"),
        ("@pytest.mark.block_network", '@pytest.mark.cassette(record="none")'),
        ("@pytest.mark.vcr\n@pytest.mark.block_network", "@pytest.mark.cassette"),
        ('@pytest.mark.vcr\n@pytest.mark.default_cassette("a.yaml")', '@pytest.mark.cassette("test_users/a")'),
        ('@pytest.mark.default_cassette("a.yaml")', '@pytest.mark.cassette("test_users/a")'),
    ],
)
def test_a_marker_becomes_ours(tmp_path: Path, before: str, after: str) -> None:
    body = "\ndef test_it( ):   # odd spacing stays\n    pass\n"
    result = rewritten(tmp_path, before + body)
    assert result.text == HEAD + after + body
    assert result.left == []


@pytest.mark.parametrize(
    ("before", "what"),
    [
        ("@pytest.mark.vcr(before_record_request=change)", "before_record_request"),
        ('@pytest.mark.vcr(match_on=["method", "mine"])', "match_on"),
        ('@pytest.mark.vcr(match_on=["method", "uri", "headers"])', "match_on"),
        ('@pytest.mark.vcr("a.yaml", "b.yaml")', 'pytest.mark.vcr("a.yaml", "b.yaml")'),
        ('@pytest.mark.vcr(serializer="mine")', "serializer"),
        ('@pytest.mark.vcr(record_mode="all")', "record_mode"),
        ("@pytest.mark.vcr(drop_unused_requests=True)", "drop_unused_requests"),
        ('@pytest.mark.vcr(filter_headers=[("x-a", change)])', "filter_headers"),
        ("@pytest.mark.default_cassette(NAME + other())", "default_cassette"),
        ('@pytest.mark.block_network(allowed_hosts=[".*"])', "block_network"),
        ("@vcr.use_cassette(name())", "vcr.use_cassette(name())"),
        ("@vcr.use_cassette", "vcr.use_cassette"),
        ("tape = vcr.use_cassette('a.yaml')\n", "vcr.use_cassette('a.yaml')"),
        ("@mark.vcr", "mark.vcr"),
        ("@vcr.use_cassette('a.yaml', custom_patches=[1])", "custom_patches of vcr.use_cassette"),
    ],
)
def test_what_is_not_understood_stays_and_is_listed(tmp_path: Path, before: str, what: str) -> None:
    text = before + "\ndef test_it():\n    pass\n"
    result = rewritten(tmp_path, text)
    assert result.text == HEAD + text
    (left,) = result.left
    assert (left.what, left.line) == (what, 4)
    assert left.why
    assert left.hand


def test_calls_name_the_files_of_ours(tmp_path: Path) -> None:
    result = rewritten(
        tmp_path,
        """\
        import os

        my_vcr = vcr.VCR(
            cassette_library_dir=os.path.join(os.path.dirname(__file__), "tapes"),
            path_transformer=vcr.VCR.ensure_suffix(".yaml"),
            record_mode="none",
        )

        @my_vcr.use_cassette("a")
        def test_a():
            with vcr.use_cassette("x/b.yaml", record_mode="new_episodes") as tape:
                pass
        """,
    )
    assert '@playhead.use_cassette("tests/tapes/a.json")\n' in result.text  # to replay only is the default
    assert 'with playhead.use_cassette("x/b.json", record="new") as tape:' in result.text
    assert "import vcr\nimport playhead\n" in result.text  # my_vcr still needs it
    assert result.left == []
    tests = tmp_path / "tests"
    assert sorted(result.tapes) == sorted(
        [(tests / "tapes/a.yaml", tests / "tapes/a.json"), (tmp_path / "x/b.yaml", tmp_path / "x/b.json")]
    )


def test_the_import_is_replaced_where_nothing_needs_it(tmp_path: Path) -> None:
    result = rewritten(tmp_path, "with vcr.use_cassette('b.yaml'):\n    pass\n")
    assert result.text == (
        'import pytest\nimport playhead\n\nwith playhead.use_cassette("b.json", record="missing"):\n    pass\n'
    )


@pytest.mark.parametrize(
    "block",
    [
        "with vcr.use_cassette('a.yaml') as tape:\n    assert tape.play_count == 1\n",
        "with vcr.use_cassette('a.yaml'), vcr.use_cassette('b.yaml'):\n    pass\n",
    ],
)
def test_a_block_that_reads_its_cassette_or_nests_stays(tmp_path: Path, block: str) -> None:
    result = rewritten(tmp_path, block)
    assert result.text == HEAD + block
    assert result.left


def test_vcr_config_becomes_playhead_config(tmp_path: Path) -> None:
    result = rewritten(
        tmp_path,
        """\
        HOSTS = ["a.test"]

        @pytest.fixture(scope="module")
        def vcr_config():
            return {"filter_headers": ["authorization"], "ignore_hosts": HOSTS}
        """,
    )
    assert 'def playhead_config():\n    return {"passthrough": ["a.test"]}\n' in result.text
    assert "vcr_config" not in result.text


def test_vcr_config_that_says_nothing_more_goes(tmp_path: Path) -> None:
    text = '@pytest.fixture\ndef vcr_config():\n    return {"filter_headers": ["authorization"]}\n'
    assert "config" not in rewritten(tmp_path, text).text


def test_vcr_config_that_is_understood_in_part_stays_beside_ours(tmp_path: Path) -> None:
    text = (
        "@pytest.fixture\ndef vcr_config():\n"
        '    return {"allow_playback_repeats": True, "before_record_response": scrub}\n'
    )
    once = rewritten(tmp_path, text)
    assert text in once.text
    assert 'def playhead_config():\n    return {"repeat": True}' in once.text
    assert [each.what for each in once.left] == ["before_record_response"]
    again = rewrite(tmp_path / "tests" / "test_users.py", once.text, tmp_path)
    assert again.text == once.text


def test_the_fixture_vcr_goes_where_it_is_not_used(tmp_path: Path) -> None:
    result = rewritten(tmp_path, "@pytest.mark.vcr\ndef test_a(client, vcr):\n    pass\n")
    assert "def test_a(client):" in result.text.replace("client,", "client")
    used = "@pytest.mark.vcr\ndef test_a(vcr):\n    assert vcr.play_count == 1\n"
    left = rewritten(tmp_path, used).left
    assert [each.what for each in left] == ["the fixture vcr in test_a"]


def test_test_cases_of_vcrpy_are_listed(tmp_path: Path) -> None:
    result = rewritten(tmp_path, "from vcr.unittest import VCRTestCase\nclass TestA(VCRTestCase):\n    pass\n")
    assert [each.what for each in result.left] == ["VCRTestCase"]
