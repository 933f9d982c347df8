"""What may be said about a file: how it is read, and what else when it is sent or looked at."""

from decimal import Decimal
from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from lead_pipeline.choices.reading import Choices
from lead_pipeline.intake.drop import Request as DropRequest
from lead_pipeline.intake.files import require_name
from lead_pipeline.web.receiving import unprocessable

Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Cost = Annotated[Decimal, Field(ge=0, le=1_000_000, decimal_places=6)]
_LARGEST_ROW = 1_000_000_000


class Reading(BaseModel):
    """How a file is to be read. What is not stated is found out."""

    model_config = ConfigDict(extra="forbid")

    profile: Text | None = Field(None, description="Name of the export's layout.")
    encoding: Text | None = Field(None, description="Such as utf-8 or windows-1252.")
    delimiter: str | None = Field(
        None, min_length=1, max_length=20, description=r"Between cells; \t is a tab."
    )
    quote: str | None = Field(None, max_length=1, description="Character around cells.")
    header_row: int | None = Field(
        None, ge=0, le=_LARGEST_ROW, description="Row of the header, from 1; 0: there is none."
    )
    sheet: Text | None = Field(None, description="Name of the workbook's sheet.")
    hidden_rows: Literal["import", "skip"] | None = Field(
        None, description="What to do with the hidden and filtered rows of a workbook."
    )
    date_order: Literal["month", "day"] | None = Field(
        None, description="What comes first in dates such as 03/04/2026."
    )
    region: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = Field(
        None, description="Whose phones and addresses they are that say no country, such as DE."
    )

    @property
    def choices(self) -> Choices:
        """
        Raises:
            HTTPException: 422, there is no such profile, encoding or region.
        """
        delimiter = "\t" if self.delimiter == r"\t" else self.delimiter
        with unprocessable():
            return Choices(
                profile=self.profile,
                encoding=self.encoding,
                delimiter=delimiter,
                quote=self.quote,
                header_row=self.header_row,
                sheet=self.sheet,
                hidden_rows=self.hidden_rows,
                date_order=self.date_order,
                region=self.region,
            )


class Wishes(Reading):
    """The query of an upload."""

    supplier: Text | None = Field(None, description="Who sold the list.")
    cost: Cost | None = Field(None, description="What one lead of it costs, such as 12.50.")
    force_refresh: bool = Field(False, description="Update known leads from the file.")
    new_version: bool = Field(False, description="Accept a known name with other content.")
    hold: bool = Field(False, description="Let it wait for a person before it counts.")

    @property
    def request(self) -> DropRequest:
        return DropRequest(self.cost, self.force_refresh, hold=self.hold)

    @property
    def folder(self) -> str | None:
        """The folder of the bucket that the supplier's files go to.

        Raises:
            HTTPException: 422, its name is none for a folder.
        """
        if self.supplier is not None:
            with unprocessable():
                require_name(self.supplier, "the name of a supplier")
        return self.supplier


Said = Annotated[Wishes, Query()]


class Looking(Wishes):
    """The query of a preview."""

    name: Text = Field(description="Name of the file, whose ending may tell what it is.")
    rows: int = Field(10, ge=0, le=500, description="How many records in detail.")
