"""The demo's folder: made anew each time, and its configuration is right."""

import stat
from datetime import timedelta
from pathlib import Path

from monitor import config
from monitor.demo.stage import FarEnds, Stage

FAR_ENDS = FarEnds(
    feed_url="http://127.0.0.1:4001/search/news-and-communications.atom?organisations[]=rivers",
    site="127.0.0.1:4001",
    mail="127.0.0.1:4002",
    hook="127.0.0.1:4003",
    secret="whsec_c2VjcmV0IG9mIHRoZSBkZW1v",
)


def test_the_configuration_is_right_and_names_the_far_ends(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "demo")
    stage.set_up(FAR_ENDS)
    loaded = config.load(stage.config, {})
    (source,) = loaded.sources
    assert (source.name, source.listing, source.every) == ("rivers", FAR_ENDS.feed_url, timedelta(seconds=1))
    assert source.channels == ("desk", "hook")
    assert loaded.store_path == tmp_path / "demo" / "monitor.db"
    assert loaded.http.allow == (FAR_ENDS.site, FAR_ENDS.mail, FAR_ENDS.hook)


def test_a_folder_of_the_demo_is_made_anew_and_its_secret_is_for_its_owner_alone(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "demo")
    stage.set_up(FAR_ENDS)
    (stage.folder / "monitor.db").write_bytes(b"of the last demo")
    stage.set_up(FAR_ENDS)
    assert not (stage.folder / "monitor.db").exists()
    assert stat.S_IMODE((stage.folder / "hook.secret").stat().st_mode) == 0o600
