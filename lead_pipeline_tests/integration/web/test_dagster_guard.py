"""What Dagster's UI is asked for by others than the person before it, and what the guard says."""

import base64
from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect as open_websocket

from lead_pipeline.access import tokens
from lead_pipeline.access.tokens import Role
from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.web.dagster_guard import DagsterGuard
from lead_pipeline.web.guard import COOKIE, gate
from lead_pipeline_tests.integration.web.serving import Caller, serving, serving_app

MUTATION = '{"query": "mutation { wipeAssets(assetKeys: []) { __typename } }"}'
QUERY = "/graphql?query=mutation%7BwipeAssets%7D"


def anything(_: Request) -> PlainTextResponse:
    return PlainTextResponse("let through")


async def greet(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text("let through")
    await websocket.close()


def behind_the_guard(site: Site, host: str = "127.0.0.1") -> DagsterGuard:
    """An application that says yes to whatever reaches it, as Dagster's does."""
    ways = ["GET", "HEAD", "POST", "PUT", "DELETE"]
    routes = [WebSocketRoute("/graphql", greet), Route("/{path:path}", anything, methods=ways)]
    return DagsterGuard(Starlette(routes=routes), gate(site, host))


@pytest.fixture
def ui(site: Site) -> Iterator[Caller]:
    with serving_app(behind_the_guard(site)) as caller:
        yield caller


def basic(token: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"ann:{token}".encode()).decode()}


def token_for(site: Site, role: Role) -> str:
    with connect(site.settings.database_url) as session:
        return tokens.create(session, role.word, role)


def test_the_ui_itself_gets_what_it_asks_for(ui: Caller) -> None:
    assert ui("GET", "/").text == "let through"
    json = {"content_type": "application/json; charset=utf-8", "origin": ui.url}
    assert ui("POST", "/graphql", MUTATION.encode(), **json).status == 200
    assert ui("GET", "/graphql", accept="text/html").status == 200  # the editor


@pytest.mark.parametrize("host", ["evil.example.com", "evil.example.com:3000", "10.0.0.7:3000"])
def test_a_name_that_is_not_ours_leads_nowhere(ui: Caller, host: str) -> None:
    """DNS rebinding: the name is the attacker's, the address is ours."""
    for path in ("/", "/graphql", "/server_info"):
        assert ui("GET", path, host=host).status == 403


def test_the_name_that_people_were_given_for_it_is_ours(site: Site) -> None:
    named = replace(site.settings, dagster_url="https://dagster.example.com")
    with serving_app(behind_the_guard(replace(site, settings=named))) as ui:
        assert ui("GET", "/", host="dagster.example.com").status == 200
        assert ui("GET", "/", host="dagster.example.com.evil.example.net").status == 403


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_link_changes_nothing(ui: Caller, method: str) -> None:
    assert ui(method, QUERY).status == 405
    assert ui(method, QUERY.replace("graphql", "graphql/")).status == 405


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "text/plain; application/json",
        "application/x-www-form-urlencoded",
        "application/graphql",
        "multipart/form-data; boundary=application/json",
        "",
    ],
)
def test_a_form_changes_nothing(ui: Caller, kind: str) -> None:
    assert ui("POST", QUERY, MUTATION.encode(), content_type=kind).status == 415
    assert ui("POST", "/report_asset_materialization/x", b"", content_type=kind).status == 415


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_what_is_neither_read_nor_posted_is_refused(ui: Caller, method: str) -> None:
    assert ui(method, "/graphql", MUTATION.encode()).status == 405


@pytest.mark.parametrize("origin", ["https://evil.example.com", "http://127.0.0.1:1", "null"])
def test_a_script_of_another_site_changes_nothing(ui: Caller, origin: str) -> None:
    assert ui("POST", "/graphql", MUTATION.encode(), origin=origin).status == 403


def test_a_websocket_of_another_site_is_not_opened(ui: Caller) -> None:
    address = ui.url.replace("http", "ws") + "/graphql"
    with open_websocket(address, origin=ui.url) as websocket:  # type: ignore[arg-type]
        assert websocket.recv() == "let through"
    for origin in ("https://evil.example.com", "null"):
        with pytest.raises(InvalidStatus, match="403"):
            open_websocket(address, origin=origin)  # type: ignore[arg-type]


def test_where_there_is_a_token_the_ui_asks_for_one(site: Site, ui: Caller) -> None:
    token = token_for(site, Role.OPERATOR)
    refused = ui("GET", "/")
    assert refused.status == 401
    assert refused.headers["www-authenticate"].startswith("Basic ")
    assert ui("GET", "/", **basic("lp_wrong")).status == 401
    assert ui("GET", "/", authorization="Basic !!").status == 401
    assert ui("GET", "/", **basic(token)).status == 200
    assert ui("GET", "/", authorization=f"Bearer {token}").status == 200
    with pytest.raises(InvalidStatus, match="403"):
        open_websocket(ui.url.replace("http", "ws") + "/graphql")


def test_who_came_in_at_the_page_is_let_in_here(site: Site, ui: Caller) -> None:
    token = token_for(site, Role.ADMIN)
    with serving(site) as page:
        cookie = page.form("/login", token=token).headers["set-cookie"].partition(";")[0]
    assert cookie.startswith(f"{COOKIE}=")
    assert ui("GET", "/", cookie=cookie).status == 200
    assert ui("GET", "/", cookie=cookie + "x").status == 401


def test_a_viewer_is_not_let_in_for_the_ui_can_do_everything(site: Site, ui: Caller) -> None:
    answer = ui("GET", "/", **basic(token_for(site, Role.VIEWER)))
    assert answer.status == 403
    assert answer.text == "a token of operator is needed, and this is viewer"


def test_tokens_are_not_guessed_in_a_row(site: Site, ui: Caller) -> None:
    token = token_for(site, Role.ADMIN)
    for number in range(5):
        assert ui("GET", "/", **basic(f"guess {number}")).status == 401
    assert ui("GET", "/", **basic(token)).status == 429
    assert ui("GET", "/", authorization=f"Bearer {token}").status == 200  # what works goes on


def test_beyond_loopback_a_token_is_asked_for_even_where_there_is_none(site: Site) -> None:
    with serving_app(behind_the_guard(site, "0.0.0.0")) as ui:
        assert ui("GET", "/").status == 401
        assert ui("GET", "/server_info").status == 200


def test_without_its_database_nobody_is_let_in(site: Site) -> None:
    gone = replace(site.settings, database_url="postgresql://leads@127.0.0.1:1/leads")
    with serving_app(behind_the_guard(replace(site, settings=gone))) as ui:
        assert ui("GET", "/").status == 503
