"""Takes the pictures in docs/screenshots: `python -m screenshots [FOLDER]`."""

import sys
import tempfile
from pathlib import Path
from typing import Literal

from monitor.web._site import Site
from screenshots import story
from screenshots.browser import CHROMIUM, DESKTOP, MISSING, PHONE, browser
from screenshots.host import config, hosted

PICTURES: dict[str, tuple[str, tuple[int, int], Literal["light", "dark"]]] = {
    "changes": ("/", DESKTOP, "light"),
    "change": ("/changes/6", DESKTOP, "light"),
    "side-by-side": ("/changes/7?view=side", DESKTOP, "dark"),
    "page": ("/pages/7", DESKTOP, "light"),
    "phone": ("/changes/16", (PHONE[0], 1180), "dark"),
}
"""What is pictured: an address, a size, a colour scheme."""


def main(folder: Path) -> None:
    """Takes them all."""
    if not CHROMIUM.exists():
        raise SystemExit(MISSING)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / "monitor.db"
        story.tell(path)
        site = Site(config(path), lambda: story.ENDS)
        with hosted(site) as (url, _), browser() as chromium:
            for name, (address, (width, height), scheme) in PICTURES.items():
                tab = chromium.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
                tab.goto(url + address)
                tab.screenshot(path=folder / f"{name}.png")
                tab.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/screenshots"))
