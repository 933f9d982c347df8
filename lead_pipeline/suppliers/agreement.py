"""What is agreed with a supplier, as a file of terms says it: prices, their rules, and limits."""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

import tomlkit
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from lead_pipeline.errors import OperatorError
from lead_pipeline.fields.catalogue import fields
from lead_pipeline.suppliers.terms import Scope

PHONE_TYPE = "phone_type"
"""In a rule: the kind of a contact's first phone, as the file says."""
Price = Annotated[Decimal, Field(ge=0, le=99_999_999, decimal_places=4)]
"""Of one lead, in the currency of its supplier."""
_Days = Annotated[int, Field(ge=0, le=36_500)]
_Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
_Texts = Annotated[
    tuple[_Text, ...],
    Field(min_length=1),
    BeforeValidator(lambda said: [said] if isinstance(said, str) else said),
]
_Outcome = Literal[
    "new", "updated", "in_file_duplicate", "same_source_duplicate", "cross_source_duplicate"
]
DUPLICATES: tuple[_Outcome, ...] = (
    "in_file_duplicate", "same_source_duplicate", "cross_source_duplicate",
)  # fmt: skip


class Rule(BaseModel):
    """A price of its own for contacts that meet all that it says.

    `fields` are fields of the catalogue and `phone_type`, `extra` columns of the file that no field
    stands for; each is to be one of some texts, capitals or not. The age is that of the lead when
    its file came, in days.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    price: Price
    fields: Mapping[str, _Texts] = {}
    extra: Mapping[_Text, _Texts] = {}
    min_age_days: _Days | None = None
    max_age_days: _Days | None = None

    @model_validator(mode="after")
    def speaks_of_something(self) -> Self:
        unknown = sorted(self.fields.keys() - fields().keys() - {PHONE_TYPE})
        if unknown:
            raise ValueError(f"there is no field {', '.join(unknown)} (`lead-pipeline fields`)")
        ages = (self.min_age_days, self.max_age_days)
        if not self.fields and not self.extra and ages == (None, None):
            raise ValueError("a rule says of which leads it is: fields, extra or an age")
        return self


class Agreement(BaseModel):
    """What is agreed with a supplier, as a file of terms says it.

    Without a price nothing is charged. Of `rules` the last that is met prices a contact. `free`
    are outcomes that cost nothing; so does a known lead that a file was told to refresh. A lead may
    be given back until `return_days` after its file came (None: at any time); what comes over a cap
    costs nothing, and no lead of an import does of which a smaller share of contacts than
    `least_valid` can be reached.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    price: Price | None = None
    rules: tuple[Rule, ...] = ()
    free: tuple[_Outcome, ...] = DUPLICATES
    lookback_days: Annotated[int, Field(ge=1, le=36_500)] | None = None
    scope: Scope = Scope.EVERYWHERE
    return_days: _Days | None = None
    daily_cap: Annotated[int, Field(ge=0, le=1_000_000_000)] | None = None
    monthly_cap: Annotated[int, Field(ge=0, le=1_000_000_000)] | None = None
    least_valid: Annotated[Decimal, Field(ge=0, le=1, decimal_places=3)] | None = None

    @model_validator(mode="after")
    def rules_follow_a_price(self) -> Self:
        if self.rules and self.price is None:
            raise ValueError("rules name other prices: `price` is that of all other leads")
        return self

    @property
    def plain(self) -> dict[str, Any]:
        """What differs from nothing agreed, in words and numbers for JSON and TOML."""
        return self.model_dump(mode="json", exclude_defaults=True)


def read_terms(text: str) -> Agreement:
    """The agreement that a TOML file says.

    Raises:
        OperatorError: it is no TOML, or says something that cannot be; with where and why.
    """
    try:
        return Agreement.model_validate(tomllib.loads(text, parse_float=Decimal))
    except tomllib.TOMLDecodeError as error:
        raise OperatorError(f"these terms are no TOML: {error}") from error
    except ValidationError as error:
        raise OperatorError(f"these terms cannot be: {_faults(error)}") from error


def write_terms(agreement: Agreement) -> str:
    """An agreement as TOML, which `read_terms` reads again."""
    return tomlkit.dumps(_numbers(agreement.model_dump(exclude_defaults=True, exclude_none=True)))


def _numbers(said: Any) -> Any:
    """TOML has no decimals: those of four places are the same as floats, told by their digits."""
    match said:
        case Decimal():
            return int(said) if said == int(said) else float(said)
        case Mapping():
            return {name: _numbers(value) for name, value in said.items()}
        case list() | tuple():
            return [_numbers(value) for value in said]
        case StrEnum():
            return said.value
        case _:
            return said


def _faults(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, one['loc'])) or 'terms'}: {one['msg'].removeprefix('Value error, ')}"
        for one in error.errors(include_url=False)
    )
