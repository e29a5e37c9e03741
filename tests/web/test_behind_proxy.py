"""Behind nginx with TLS: who asks is who asks nginx, and whatever is sent goes over https."""

import os
import re
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPSConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest

import crm
from config import Config
from crm.core.permissions import Role
from crm.web.serving import Server, bound
from tests import factories, layers
from tests.factories.accounts import PASSWORD
from tests.faults.test_killed import free_port

NAME = "kring.example"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
LINK = re.compile(r'"([a-z]+://[^"]+/links/)[^"]+"')
CLAIMED = "203.0.113.9"  # what everybody says of themselves
PATIENCE = 30
MOST = 10  # mails for a new password that one address may ask for in an hour
CONF = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; {user}
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem;
    location / {{
      proxy_pass http://127.0.0.1:{behind};
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
    }}
  }}
}}
"""

pytestmark = [pytest.mark.engine("sqlite"), pytest.mark.serial]


@dataclass
class Answer:
    """What a browser got."""

    status: int
    text: str
    location: str
    transport: str
    cookies: SimpleCookie


@dataclass
class Browser:
    """Somebody at an address of this machine, who keeps the cookies that may be kept."""

    port: int
    address: str = "127.0.0.2"
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, path: str, form: dict[str, str] | None = None, *, host: str = NAME) -> Answer:
        """Get a page, or send a form of the page at the same address."""
        headers = {
            "Host": host,
            "Referer": f"https://{NAME}/",
            "X-Forwarded-For": CLAIMED,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection = HTTPSConnection(
            "127.0.0.1", self.port, timeout=PATIENCE, source_address=(self.address, 0),
            context=ssl._create_unverified_context(),  # noqa: S323 - it was made a moment ago
        )  # fmt: skip
        method, body = ("GET", None) if form is None else ("POST", urlencode(form))
        connection.request(method, path, body, headers)
        found = connection.getresponse()
        cookies: SimpleCookie = SimpleCookie()
        for cookie in found.headers.get_all("Set-Cookie", []):
            cookies.load(cookie)
        self.cookies.update({name: kept.value for name, kept in cookies.items()})
        text = found.read().decode()
        connection.close()
        told = (found.getheader("Location", ""), found.getheader("Strict-Transport-Security", ""))
        return Answer(found.status, text, *told, cookies)

    def send(self, path: str, **form: str) -> Answer:
        """Open the page of a form, and send it."""
        token = TOKEN.search(self.ask(path).text)
        assert token
        return self.ask(path, {"csrf_token": token[1], **form})


@pytest.fixture
def settings(config: Config) -> Config:
    """The settings that the example for nginx goes with."""
    return Config.from_environment(
        {
            "KRING_DATA": str(config.data_dir),
            "KRING_DATABASE_URL": config.database_url,
            "KRING_SECRET_KEY": config.secret_key,
            "KRING_BASE_URL": f"https://{NAME}",
            "KRING_TRUSTED_HOSTS": NAME,
            "KRING_PROXIES": "1",
        }
    )


@pytest.fixture
def members(settings: Config, tmp_path: Path) -> Iterator[tuple[int, str, str]]:
    """The port of nginx in front of Kring, a leader's address and their page of colleagues."""
    app = crm.create_app(settings)
    sockets, port = bound("127.0.0.1", 0), free_port()
    server = Server(app, sockets, proxies=settings.proxies)
    serving = threading.Thread(target=server.run)
    with app.extensions["kring_database"].opened():
        project = factories.project()
        leader = factories.member(project, Role.LEADER).email
        page = f"/projects/{project.slug}/members"
    proxy = _nginx(tmp_path, port, behind=sockets[0].getsockname()[1])
    serving.start()
    yield port, leader, page
    proxy.terminate()
    proxy.wait(PATIENCE)
    server.stop()
    serving.join()
    app.extensions["kring_database"].dispose()


def _nginx(folder: Path, port: int, *, behind: int) -> subprocess.Popen[bytes]:
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None or shutil.which("openssl") is None:
        layers.missing("nginx or openssl")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-subj", f"/CN={NAME}", "-keyout", "key.pem", "-out", "cert.pem"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    user = "user root;" if os.geteuid() == 0 else ""
    conf = CONF.format(folder=folder, user=user, port=port, behind=behind)
    (folder / "nginx.conf").write_text(conf)
    started = subprocess.Popen([program, "-c", folder / "nginx.conf"], stderr=subprocess.DEVNULL)
    while not (folder / "nginx.pid").exists():  # written once it listens
        assert started.poll() is None, (folder / "error.log").read_text()
    return started


def test_limits_are_of_who_asks_nginx_and_the_log_names_them(
    capsys: pytest.CaptureFixture[str], members: tuple[int, str, str]
) -> None:
    port, _leader, _page = members
    one, another = Browser(port), Browser(port, "127.0.0.3")

    asked = [one.send("/forgotten", email=f"n{number}@kring.example") for number in range(MOST)]
    refused = one.send("/forgotten", email="m@kring.example")

    assert {answer.status for answer in asked} == {303}
    assert refused.status == 429
    assert another.send("/forgotten", email="m@kring.example").status == 303
    assert '"address": "127.0.0.2"' in capsys.readouterr().err


def test_all_goes_over_https_and_links_lead_there(members: tuple[int, str, str]) -> None:
    port, leader, page = members
    browser = Browser(port)

    entered = browser.send("/sign-in", email=leader, password=PASSWORD)
    made = browser.send(page, email="nieuw@kring.example", role="planner")

    assert (entered.status, entered.location.partition(":")[0]) == (303, entered.location)
    assert entered.transport.startswith("max-age=")
    assert entered.cookies
    assert all(
        one["secure"] and name.startswith("__Host-") for name, one in entered.cookies.items()
    )
    link = LINK.search(made.text)
    assert link
    assert link[1] == f"https://{NAME}/links/"


def test_another_name_is_refused_in_words(members: tuple[int, str, str]) -> None:
    port, _leader, _page = members

    answer = Browser(port).ask("/sign-in", host="evil.example")

    assert answer.status == 400
    assert "Kring is hier niet" in answer.text
    assert "evil.example" not in answer.text
