"""A workbook of several sheets of people, through the real steps and back to its rows."""

from pathlib import Path

from lead_pipeline.explain import raw_row
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import
from lead_pipeline_tests.integration.dagster_run import drop, rows
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.unit.reading.files import write_xlsx, xml_rows

SHEETS = {
    "Cover": xml_rows([["Leads of May"], ["2 lists"]]),
    "North": xml_rows([["As of", "May"], [], ["Name", "Email"], ["Ann Dow", "ann@example.com"]]),
    "South": xml_rows(
        [["Name", "Email", "City"], ["Bo Ray", "bo@example.com", "Reno"], ["Cy Dunn", "none", ""]]
    ),
}


def imported(site: Site, tmp_path: Path) -> Import:
    content = write_xlsx(tmp_path / "list.xlsx", SHEETS).read_bytes()
    return run_steps(site, drop(site, "Acme/list.xlsx", content))


def test_the_people_of_every_sheet_are_leads_and_say_which(site: Site, tmp_path: Path) -> None:
    import_ = imported(site, tmp_path)
    assert (import_.status, import_.rows_contacts, import_.rows_rejected) == ("completed", 2, 1)
    found = rows(
        site,
        "SELECT contact_email, extra ->> 'Sheet' AS sheet, original_lead_id AS row"
        f" FROM archive.{import_.archive_table} ORDER BY 3",
    )
    assert [tuple(row.values()) for row in found] == [
        ("ann@example.com", "North", 4),
        ("bo@example.com", "South", 6),
    ]


def test_a_row_of_any_sheet_is_found_again(site: Site, tmp_path: Path) -> None:
    import_ = imported(site, tmp_path)
    assert dict(raw_row(site, import_.import_id, 4)) == {
        "Name": "Ann Dow", "Email": "ann@example.com", "City": None, "Sheet": "North",
    }  # fmt: skip
    assert dict(raw_row(site, import_.import_id, 6))["City"] == "Reno"
