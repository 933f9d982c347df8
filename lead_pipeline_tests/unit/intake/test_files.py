"""Which files a person may drop: the wording of what is no file, and what a folder gives."""

from pathlib import Path

import pytest

from lead_pipeline.errors import OperatorError
from lead_pipeline.intake.files import files_of, require_file


def test_a_file_that_may_be_read_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.touch()
    require_file(path)


def test_what_is_no_file_is_told_in_one_wording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "closed.csv").touch()
    monkeypatch.setattr("os.access", lambda *_: False)
    for name, fault in (
        ("missing.csv", "there is no such file"),
        (".", "this is a folder, not a file"),
        ("closed.csv", "this file may not be read: its owner can allow it"),
    ):
        with pytest.raises(OperatorError) as caught:
            require_file(tmp_path / name)
        assert str(caught.value) == f"{tmp_path / name}: {fault}"


def test_the_files_of_a_folder_come_with_the_folders_they_are_in(tmp_path: Path) -> None:
    for name in ("b.csv", "Acme/a.csv", "Acme/2026/a.csv", "Acme/.trash/x.csv", "y.csv.part"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    found = [(path.relative_to(tmp_path).as_posix(), inside) for path, inside in files_of(tmp_path)]
    assert sorted(found) == [
        ("Acme/2026/a.csv", "Acme/2026"), ("Acme/a.csv", "Acme"), ("b.csv", ""),
    ]  # fmt: skip


def test_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.csv").touch()
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "folder").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "lists" / "x.csv").symlink_to(tmp_path / "elsewhere" / "x.csv")
    with pytest.raises(OperatorError, match="there is no file in this folder to drop"):
        list(files_of(tmp_path / "lists"))
