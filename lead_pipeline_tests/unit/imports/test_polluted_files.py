"""Nasty little files, as suppliers send them: each read to its end, its people found."""

from pathlib import Path
from typing import NamedTuple

import pytest

from lead_pipeline.imports.preview import DryRun
from lead_pipeline.settings import read_settings

HEAD = "name,email,phone\n"
ANN = "Ann Lee,ann@example.com,2025550123\n"
BO = "Bo Ek,bo@example.com,2025550124\n"
CY = "Cy Roe,cy@example.com,2025550125\n"
LIST = HEAD + ANN + BO + CY
ALL = {"ann@example.com", "bo@example.com", "cy@example.com"}
TWO = ALL - {"cy@example.com"}


class Case(NamedTuple):
    """A file's content, how it is built, whose emails are found, codes of problems and rows."""

    content: str | bytes
    delimiter: str | None = ","
    header_row: int = 1
    emails: set[str] = ALL
    problems: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    encoding: str = "utf-8"


CASES = {
    "sep line": Case("sep=;\n" + LIST.replace(",", ";"), ";", 2, problems=("sep_line",)),
    "CR only": Case(LIST.replace("\n", "\r")),
    "mixed line ends": Case(HEAD.replace("\n", "\r\n") + ANN + BO.replace("\n", "\r") + CY),
    "quoted break": Case(
        f'{HEAD}"Ann\nLee",ann@example.com,2025550123\n{BO}"Cy, ""C"" Roe",cy@example.com,\n'
    ),
    "titles": Case(
        "Leads of May\nAcme Inc.\n\n" + LIST, header_row=4, problems=("preamble", "preamble")
    ),
    "facts above": Case(
        "Report:,Leads\nDate:,2026-05-01\n\n" + LIST,
        header_row=4,
        problems=("preamble", "preamble"),
    ),
    "comments": Case(
        "# exported 2026-05-01\n# by somebody, at Acme\n" + LIST,
        header_row=3,
        problems=("preamble", "preamble"),
    ),
    "blank lines": Case(f"{HEAD}\n{ANN}\n\n{BO},,\n{CY}\n"),
    "header again": Case(HEAD + ANN + HEAD + BO + CY, rejected=("repeated_header",)),
    "units": Case(
        f"{HEAD}(full),(work),(ten digits)\n{ANN}{BO}{CY}", rejected=("header_continued",)
    ),
    "a wider table below": Case(
        LIST + "\nname,email,phone,city,zip\n" + "Dee,d@example.com,2025550126,Reno,89501\n" * 9,
        rejected=("too_many_cells",) * 10,
    ),
    "group titles": Case("Person,,Reach\n" + LIST, header_row=2, problems=("preamble",)),
    "totals": Case(
        "name,email,amount\nAnn,ann@example.com,5\nBo,bo@example.com,7\nTotal,,12\n",
        emails=TWO,
        rejected=("totals_row",),
    ),
    "footer": Case(LIST + "\nMade by Acme\nPage 1 of 1\n", rejected=("too_few_cells",) * 2),
    "delimiters at the end": Case(LIST.replace("\n", ",,,\n")),
    "names twice and none": Case(
        "name,email,,phone,phone,\nAnn,ann@example.com,x,2025550123,2025550124,\n"
        "Bo,bo@example.com,,2025550125,,\n",
        emails=TWO,
    ),
    "ragged": Case(
        f"{HEAD}{ANN}Dee\nEve,eve@example.com,2025550126,a,b\n{BO}{CY}",
        rejected=("too_few_cells", "too_many_cells"),
    ),
    "no header": Case(ANN + BO + CY, header_row=0),
    "one column": Case("email\nann@example.com\nbo@example.com\n", None, emails=TWO),
    "one column, no header": Case("ann@example.com\nbo@example.com\n", None, 0, TWO),
    "NUL": Case(LIST.replace("Bo", "B\0o"), problems=("nul_removed",)),
    "open quote": Case(HEAD + ANN + '"' + BO + CY, problems=("unterminated_quote",)),
    "inches": Case(f'{HEAD}{ANN}Bo 6" Ek,bo@example.com,\nCy 5\'9",cy@example.com,\n'),
    "backslashes": Case(f'{HEAD}"Ann \\"A\\" Lee",ann@example.com,\n"Bo",bo@example.com,\n{CY}'),
    "single quotes": Case(
        "name,email,city\n'Lee, Ann',ann@example.com,'Reno'\n'Ek, Bo',bo@example.com,'Reno'\n",
        emails=TWO,
    ),
    "spaces around": Case(LIST.replace(",", " , "), ", "),
    "spaces behind, quoted": Case(
        '"name", "email", "phone"\n"Lee, Ann", "ann@example.com", "1"\n'
        '"Ek, Bo", "bo@example.com", "2"\n',
        ", ",
        emails=TWO,
    ),
    "pipes as in a table": Case(
        "| name | email |\n| Ann | ann@example.com |\n| Bo | bo@example.com |\n", "|", emails=TWO
    ),
    "header of another delimiter": Case(
        "Leads of May\n" + HEAD.replace(",", ";") + ANN + BO + CY,
        header_row=2,
        problems=("preamble", "other_delimiter"),
    ),
    "header of blanks": Case(HEAD.replace(",", " ") + ANN + BO + CY, problems=("other_delimiter",)),
    "rows of other delimiters": Case(
        HEAD + ANN.replace(",", "|") + BO + CY.replace("Cy Roe", '"Cy Roe"').replace(",", " "),
        problems=("other_delimiter",),
    ),
    "tabs": Case(LIST.replace(",", "\t"), "\t"),
    "carets": Case(LIST.replace(",", "^"), "^"),
    "two pipes": Case(LIST.replace(",", "||"), "||"),
    "armour": Case(f'{HEAD}Ann,ann@example.com,"=""2025550123"""\nBo,bo@example.com,="2"\n{CY}'),
    "decimal commas": Case(
        "name;email;price\nAnn;ann@example.com;1.234,50\nBo;bo@example.com;12,00\n",
        ";",
        emails=TWO,
        problems=("decimal_comma",),
    ),
    "lines quoted as a whole": Case(
        "".join(f'"{line}"\n' for line in LIST.splitlines()), problems=("wrapped_lines",)
    ),
    "mark": Case("\ufeff" + LIST),
    "UTF-16": Case(LIST.encode("utf-16"), encoding="utf-16-le"),
    "Windows-1252": Case(LIST.replace("Ann", "Zoë “Zo”").encode("cp1252"), encoding="cp1252"),
    "Mac Roman": Case(LIST.replace("Ann", "José Núñez").encode("mac_roman"), encoding="mac_roman"),
    "Shift-JIS": Case(
        LIST.replace("Ann Lee", "山田 たろう").replace("Bo Ek", "スズキ はなこ").encode("cp932"),
        encoding="cp932",
    ),
    "encoded twice": Case(
        LIST.replace("Ann", "Zoë").encode().decode("cp1252"), problems=("double_encoded",)
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_polluted_file_gives_its_people(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    content = case.content
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    run = DryRun(path, read_settings({"LEADS_HOME": str(tmp_path / "home")}))
    file, rows = run.head["file"], list(run.rows(None))

    assert (file["delimiter"], file["header_row"]) == (case.delimiter, case.header_row)
    assert file["encoding"] == case.encoding
    emails = {c["lead"]["email"] for row in rows for c in row["contacts"]} - {None}
    assert emails == case.emails
    told = tuple(p["code"] for p in file["problems"] if p["code"] != "short_rows")
    assert told == case.problems
    assert tuple(row["code"] for row in rows if row["outcome"] == "rejected") == case.rejected
