"""How many cells of a column of phones or mails are filled, and how many are valid."""

import pyarrow as pa

from lead_pipeline.fields.catalogue import profiles
from lead_pipeline.normalizing.filled import Filled
from lead_pipeline.normalizing.plan import Plan
from lead_pipeline.normalizing.rows import normalize_rows


def counted(**columns: list[str | None]) -> dict[str, Filled]:
    plan = Plan(profiles()["generic"], frozenset(columns), region="US", zone="UTC")
    arrays = {name: pa.array(cells, pa.string()) for name, cells in columns.items()}
    numbers = pa.array(range(2, 2 + len(next(iter(columns.values())))), pa.int64())
    return dict(normalize_rows(arrays, numbers, plan).contact_columns)


def test_every_column_of_phones_and_mails_is_counted_and_no_other() -> None:
    found = counted(
        full_name=["Ann Lee", "Bo Ek"],
        email=["ann@example.com", "nowhere"],
        phone_1=["202-555-0123", "202-555-0124"],
        fax=["12", None],
    )
    assert found == {
        "email": Filled(2, 1), "phone_1": Filled(2, 2), "fax": Filled(1, 0, "99"),
    }  # fmt: skip


def test_blank_cells_and_words_for_nothing_are_not_filled() -> None:
    found = counted(email=["ann@example.com"] * 5, phone_1=[None, "", "  ", "N/A", "call me"])
    assert found["phone_1"] == Filled(filled=1, valid=0, shape="AAAA AA")


def test_counts_of_several_batches_are_added() -> None:
    assert Filled(3, 1) + Filled(2, 1, "99") + Filled(1, 0, "A") == Filled(6, 2, "99")


def test_the_shape_is_that_of_most_cells_that_gave_nothing() -> None:
    cells: list[str | None] = ["12345678-5", "Ann Lee", "98765432-1", "202-555-0123", "Zoë" * 20]
    assert counted(email=["a@example.com"] * 5, phone_1=cells)["phone_1"].shape == "99999999-9"
    assert counted(phone_1=["Zoë" * 20])["phone_1"].shape == "A" * 30
