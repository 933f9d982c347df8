"""The page for uploading: what it offers, to whom. What its script does is tested in a browser."""

import re

from lead_pipeline.access.tokens import Role
from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.people import agree
from lead_pipeline_tests.integration.web.serving import Caller
from lead_pipeline_tests.integration.web.test_guard import a_token, bearer


def test_it_knows_the_suppliers_and_their_prices(site: Site, call: Caller) -> None:
    agree(site, "Acme & Sons", price="2.50")
    page = call("GET", "/upload").text
    assert re.search(r'<option value="Acme &amp; Sons" data-cost="2\.50*">', page)


def test_every_field_has_a_label(call: Caller) -> None:
    page = call("GET", "/upload").text
    fields = re.findall(r'<input id="(\w+)"', page)
    assert fields == ["files", "supplier", "cost", "region", "force_refresh", "hold"]
    for name in fields:
        assert f'<label for="{name}">' in page


def test_without_its_script_it_says_how_files_come_in(call: Caller) -> None:
    assert re.search("<noscript>.*put files into the bucket", call("GET", "/upload").text)


def test_a_viewer_uploads_nothing(site: Site, call: Caller) -> None:
    viewer = call.having(authorization=bearer(a_token(site, Role.VIEWER)))
    assert viewer("GET", "/upload").status == 403
