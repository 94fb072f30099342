"""The guides as a site: it builds, every link of its own leads somewhere, and it needs nothing from
elsewhere.
"""

from __future__ import annotations

import shutil
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from deploy.site import build

ROOT = Path(__file__).resolve().parents[2]


class Links(HTMLParser):
    """The links of a page, and the files that it loads."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.leads: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep addresses by what they are for."""
        told = dict(attrs)
        for name in ("src", "href"):
            if address := told.get(name):
                is_loaded = name == "src" or (
                    tag == "link" and told.get("rel") not in {"prev", "next", "canonical"}
                )
                (self.loads if is_loaded else self.leads).append(address)


def test_the_guides_are_a_site_of_their_own(tmp_path: Path) -> None:
    shutil.copy(ROOT / "zensical.toml", tmp_path)
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    site = build(tmp_path)
    pages = sorted(site.rglob("*.html"))
    assert {"index.html", "guide-user.html", "guide-manager.html"} <= {p.name for p in pages}
    lost: list[str] = []
    for page in pages:
        found = Links()
        found.feed(page.read_text())
        for address in found.leads + found.loads:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                # A page loads files from the site alone; a link may lead out.
                if address in found.loads:
                    lost.append(f"{page.name} loads {address}")
                continue
            if not parts.path or page.name == "404.html":
                continue
            target = (page.parent / unquote(parts.path)).resolve()
            if not (target.is_file() or (target / "index.html").is_file()):
                lost.append(f"{page.relative_to(site)}: {address}")
    assert lost == []
    assert "예약" in (site / "guide-user.html").read_text()
