"""Files without a header in the order of a known system, through the reader and the mapping."""

from pathlib import Path

import pytest

from lead_pipeline.imports.preview import DryRun
from lead_pipeline.settings import read_settings

HEADER = (
    "vendor_lead_code,source_id,list_id,phone_code,phone_number,title,first_name,middle_initial,"
    "last_name,address1,address2,address3,city,state,province,postal_code,country_code,gender,"
    "date_of_birth,alt_phone,email,security_phrase,comments,rank,owner"
)
ROWS = [
    f"V{i},web,1001,1,20255501{i:02},Ms,{first},,{last},{i + 1} Oak St,,,Austin,TX,,78701,USA,F,"
    f"1980-02-03,20255501{i + 50},{first.lower()}@example.com,,call later,0,"
    for i, (first, last) in enumerate([("Ann", "Dow"), ("Bo", "Ray"), ("Ida", "Moss")])
]


def looked_at(tmp_path: Path, text: str) -> DryRun:
    path = tmp_path / "list.txt"
    path.write_text(text)
    return DryRun(path, read_settings({"LEADS_HOME": str(tmp_path / "home")}))


@pytest.mark.parametrize("delimiter", ["\t", "|", ","])
@pytest.mark.parametrize("rows", [1, 3])
def test_the_standard_columns_of_vicidial_need_no_header(
    tmp_path: Path, delimiter: str, rows: int
) -> None:
    lines = [row.replace(",", delimiter) for row in ROWS[:rows]]
    run = looked_at(tmp_path, "\n".join(lines) + "\n")
    named = looked_at(tmp_path, "\n".join([HEADER, *ROWS]) + "\n")
    assert run.head["profile"] == named.head["profile"] == "vicidial"
    columns, headed = run.head["columns"], named.head["columns"]
    assert [c["field"] for c in columns] == [c["field"] for c in headed]
    lead = next(iter(run.rows(1)))["contacts"][0]["lead"]
    assert (lead["full_name"], lead["phone_e164"], lead["email"], lead["contact_phone_2"]) == (
        "Ann Dow", "+12025550100", "ann@example.com", "+12025550150",
    )  # fmt: skip
    assert (lead["city"], lead["state"], lead["postal_code"]) == ("Austin", "TX", "78701")


def test_as_many_columns_in_another_order_are_no_list_of_vicidial(tmp_path: Path) -> None:
    text = "\n".join(",".join(reversed(row.split(","))) for row in ROWS)
    assert looked_at(tmp_path, text + "\n").head["profile"] == "generic"
