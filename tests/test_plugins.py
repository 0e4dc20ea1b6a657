"""Plugins are found by their file's name and made from settings by key."""

import pytest

from monitor import plugins
from monitor.channels.email import Channel
from monitor.parsers.css import Parser

MAIL = {"to": ("desk@example.org",), "from": "monitor@example.org", "host": "127.0.0.1"}


@pytest.mark.parametrize("role", sorted(plugins.ROLES))
def test_every_file_of_a_role_is_a_plugin_of_that_role(role: str) -> None:
    assert plugins.names(role)
    assert {plugins.load(role, name).__name__ for name in plugins.names(role)} == {plugins.ROLES[role]}
    assert not any(name.startswith("_") for name in plugins.names(role))


def test_a_plugin_is_made_from_its_settings() -> None:
    assert plugins.make("parsers", "css", {"title": "h1", "body": "main"}) == Parser(title="h1", body="main")


def test_a_setting_has_the_key_that_its_field_names() -> None:
    assert {"to", "from", "host"} <= plugins.keys(Channel).keys()
    assert "sender" not in plugins.keys(Channel)
    assert plugins.make("channels", "email", MAIL).sender == "monitor@example.org"


def test_what_a_plugin_keeps_for_itself_is_no_setting() -> None:
    assert not [key for key in plugins.keys(Channel) if key.startswith("_")]


def test_a_plugin_that_is_none_is_answered_with_the_nearest() -> None:
    with pytest.raises(LookupError, match=r'^.*"emial" is none of .*; did you mean "email"\?'):
        plugins.load("channels", "emial")


def test_a_setting_that_a_plugin_refuses_is_its_own_error() -> None:
    with pytest.raises(ValueError, match="port: expected a number from 1 to 65535"):
        plugins.make("channels", "email", MAIL | {"port": 0})


@pytest.mark.parametrize(
    ("word", "expected"), [("evry", '; did you mean "every"?'), ("zeppelin", ""), ("every", '; did you mean "every"?')]
)
def test_only_a_near_word_is_suggested(word: str, expected: str) -> None:
    assert plugins.suggestion(word, ["every", "pages", "listing"]) == expected
