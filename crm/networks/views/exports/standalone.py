"""A page that shows the network from a disk: picture, tables and program in one file."""

import base64
import hashlib
import json
import re
from functools import cache

from flask import current_app
from markupsafe import Markup

from crm.networks.views.exports.drawing import svg
from crm.networks.views.exports.takeaway import Takeaway, picture_of
from crm.stakeholders.models import Helix
from crm.web import assets

TEMPLATE = "networks/standalone.html"
DATA = "network-data"
# More rows than this make a page that no browser likes to open.
MOST_ROWS = 2_000
FONTS = re.compile(r"@font-face\{[^}]*\}")
# Inside a script, these would end it or begin another line.
ESCAPED = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


class _Nowhere:
    """The addresses of a page that leads nowhere: its data stand in it."""

    picture = f"#{DATA}"

    def point(self, _key: str) -> str:
        """Return no address."""
        return ""

    ties = point


def standalone(takeaway: Takeaway) -> bytes:
    """Return a page that opens from a disk and asks nothing of anywhere."""
    # Names are text in it: those in its data hold no mark that could end them, the rest is escaped.
    style, script = _style(), _script()
    data = json.dumps(picture_of(takeaway), separators=(",", ":"), ensure_ascii=False)
    # The drawing for who runs no script, as part of the page: without the heading of an XML file.
    picture = svg(takeaway).decode().partition("?>")[2].strip()
    page = current_app.jinja_env.get_template(
        TEMPLATE
    ).render(
        heading=takeaway.heading,
        policy=(
            f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
            "img-src data:; base-uri 'none'; form-action 'none'"
        ),
        style=Markup(f"<style>{style}</style>"),  # noqa: S704 - built by us
        script=Markup(f"<script>{script}</script>"),  # noqa: S704 - built by us
        data=Markup(data.translate(ESCAPED)),  # noqa: S704 - holds no mark, as ESCAPED says
        picture=Markup(picture),  # noqa: S704 - escaped by who wrote the XML
        addresses=_Nowhere(),
        helixes=list(Helix),
        names={point.id: point.name for point in takeaway.points},
        is_cut=takeaway.is_cut,
        points=sorted(takeaway.points, key=lambda point: (-point.ties, point.name))[:MOST_ROWS],
        ties=sorted(takeaway.ties, key=lambda tie: (-tie.weight, tie.one, tie.other))[:MOST_ROWS],
        ties_left_out=max(0, len(takeaway.ties) - MOST_ROWS),
        points_left_out=max(0, len(takeaway.points) - MOST_ROWS),
    )
    return page.encode()


@cache
def _style() -> str:
    # Without its letters, which are files of their own: those of the reader's machine do.
    return FONTS.sub("", assets.content("app.css"))


@cache
def _script() -> str:
    return assets.content("network.js").replace("</script", "<\\/script")


def _hash(content: str) -> str:
    digest = hashlib.sha256(content.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
