from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from webapp.config import SETTINGS, Config, ConfigError, Setting


def test_an_empty_environment_gives_the_defaults() -> None:
    assert Config.from_env({}) == Config()
    assert Config.from_env({"GENELIGHT_INDEX_DIR": ""}) == Config()


def test_the_index_is_in_var_index_unless_the_environment_says_otherwise() -> None:
    assert Config().index_dir == Path("var/index")
    assert Config.from_env({"GENELIGHT_INDEX_DIR": "/srv/index"}).index_dir == Path("/srv/index")


def test_every_setting_is_a_row_with_a_variable_of_its_own_and_help() -> None:
    assert [setting.name for setting in SETTINGS] == [field.name for field in fields(Config)]
    assert len({setting.variable for setting in SETTINGS}) == len(SETTINGS)
    for setting in SETTINGS:
        assert setting.variable == f"GENELIGHT_{setting.name.upper()}"
        assert setting.help.endswith(".")
        assert isinstance(setting.default, setting.type)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_read_from_its_variable(setting: Setting) -> None:
    value = getattr(Config.from_env({setting.variable: "17"}), setting.name)
    assert str(value) == "17"
    assert isinstance(value, setting.type)


@pytest.mark.parametrize("text", ["ten", "-1", "0", "1.5", "٣", "9" * 5000])
def test_a_number_that_is_none_is_refused_and_the_variable_named(text: str) -> None:
    with pytest.raises(ConfigError, match="GENELIGHT_PAGE_SIZE") as refused:
        Config.from_env({"GENELIGHT_PAGE_SIZE": text})
    assert len(str(refused.value)) < 200


def test_settings_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Config().page_size = 3  # type: ignore[misc]
