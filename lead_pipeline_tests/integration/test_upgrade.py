"""A release that lets leads keep more: earlier imports give it to them from their archives."""

from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.matching.upgrade import upgrade
from lead_pipeline_tests.integration.lead_state import lead_state
from lead_pipeline_tests.integration.people import change, imported, leads

ANN = {"mail": "ann@example.com", "campaign": "Solar", "score": "7.5", "built": "1987"}
BOB = {"mail": "bob@example.com", "campaign": "Roof", "opt_in": "yes"}
KEPT = ("campaign_name", "lead_score", "year_built", "opt_in")


def as_before_they_were_kept(site: Site) -> None:
    """The leads as an earlier release has left them."""
    nothing = ", ".join(f"{name} = NULL" for name in KEPT)
    change(site, f"UPDATE leads_master SET {nothing}")
    change(site, "UPDATE account SET lead_columns = '{}'")


def test_leads_of_earlier_imports_get_what_their_files_said(site: Site) -> None:
    imported(site, "Acme/1.csv", ANN, BOB)
    imported(site, "Harbor/2.csv", {"mail": "ann@example.com", "campaign": "Not kept"})
    imported(site, "Acme/3.csv", {"mail": "ann@example.com", "score": "9"}, refresh=True)
    imported(site, "Acme/4.csv", {"mail": "ann@example.com", "campaign": "Pool"}, refresh=True)
    expected = lead_state(site)

    as_before_they_were_kept(site)
    upgrade(site.settings)

    assert lead_state(site) == expected
    assert leads(site, *KEPT)[0][0] in ("Pool", "Roof")


def test_a_lead_that_people_work_on_keeps_what_an_undone_import_said(site: Site) -> None:
    import_ = imported(site, "Acme/1.csv", ANN)
    change(site, "UPDATE leads_master SET status = 'Called'")
    undo_import(site, import_.import_id)
    expected = leads(site, *KEPT)

    as_before_they_were_kept(site)
    upgrade(site.settings)

    assert leads(site, *KEPT) == expected
    assert expected[0][0] == "Solar"


def test_nothing_is_read_again_once_all_leads_have_it(site: Site) -> None:
    imported(site, "Acme/1.csv", ANN)
    upgrade(site.settings)
    change(site, "UPDATE leads_master SET campaign_name = 'changed by hand'")

    upgrade(site.settings)

    assert leads(site, "campaign_name") == ["changed by hand"]
