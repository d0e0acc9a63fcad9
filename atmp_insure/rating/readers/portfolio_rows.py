"""Rows of text to portfolio years, and rates back to rows of text, each row at its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from atmp_insure.kernel.french import repeated
from atmp_insure.rating.portfolio import CATEGORIES, LIMITS, MODES, PortfolioYear, portfolio_rates
from atmp_insure.rating.readers.portfolio_files import FAULT, NUMBERS, WAGES
from atmp_insure.rating.unit import TariffUnit
from atmp_insure.regulation.vocabulary import (
    CONSTRUCTION_COMMITTEE,
    FIRST_RATE_YEAR,
    NATIONAL_COMMITTEES,
    SUB_SECTORS,
    Activity,
    Scope,
    normal_risk_code,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from atmp_insure.regulation.law import Law

PROFILE = ("scope", "construction", "ctn", "sub_sector", "risk_code")
YES, NO = ("true", "yes", "oui", "1"), ("false", "no", "non", "0")
MOST_DIGITS = 15  # a float64 carries so many digits of any decimal number
OUT_COLUMNS = ("unit_id", "rate_year", "mode", "calculated_percent", "limit_applied", "rate_percent", "error")
NUMBER_REMEDY = (
    f" » n'est pas un nombre décimal simple de {MOST_DIGITS} chiffres au plus. Écrire par exemple 1400000 ou 2.80."
)
_PLAIN_NUMBER = r"^-?[0-9]+(\.[0-9]+)?$"


def rated_rows(frame: pl.DataFrame, law: Law) -> pl.DataFrame:
    """The answer for a batch: one row for each row read, in the same order."""
    rows = frame.with_columns(pl.col("rate_year").str.extract(r"^(20[0-9]{2})$").cast(pl.Int32).alias("_year"))
    rows = rows.with_columns(pl.coalesce(FAULT, _number_fault(rows), _year_fault()).alias(FAULT)).with_row_index("_row")
    rows, units = _with_profiles(rows)
    out = _Output(frame.height)
    for row, fault in rows.filter(pl.col(FAULT).is_not_null()).select("_row", FAULT).iter_rows():
        out.error[row] = fault
    sound = rows.filter(pl.col(FAULT).is_null())
    for (rate_year,), group in sound.group_by(["_year"]):
        _rate_group(group, int(str(rate_year)), units, law, out)
    return out.frame(frame)


class _Output:
    """Columns of the answer, filled group by group at the place of each row."""

    def __init__(self, rows: int) -> None:
        self.mode = np.full(rows, -1, np.int8)
        self.limit = np.zeros(rows, np.int8)
        self.calculated = np.zeros(rows, np.int64)
        self.rate = np.zeros(rows, np.int64)
        self.error: dict[int, str] = {}

    def frame(self, source: pl.DataFrame) -> pl.DataFrame:
        """The answer beside the identifiers of the rows read."""
        errors = [self.error.get(row) for row in range(source.height)] if self.error else None
        rated = pl.Series(self.mode >= 0)
        return source.select(
            pl.col("unit_id"),
            pl.col("rate_year"),
            _words(self.mode, [mode.value for mode in MODES]).alias("mode"),
            pl.when(rated).then(_decimal_text(self.calculated, 6)).alias("calculated_percent"),
            _words(self.limit - 1, [limit for limit in LIMITS if limit]).alias("limit_applied"),
            pl.when(rated).then(_decimal_text(self.rate, 2)).alias("rate_percent"),
            pl.Series("error", errors, pl.String) if errors else pl.lit(None, pl.String).alias("error"),
        )


def _words(codes: NDArray[np.int8], words: list[str]) -> pl.Expr:
    return pl.lit(pl.Series(codes)).replace_strict(list(range(len(words))), words, default=None, return_dtype=pl.String)


def _decimal_text(units: NDArray[np.int64], decimals: int) -> pl.Expr:
    whole, rest = pl.lit(pl.Series(units // 10**decimals)), pl.lit(pl.Series(units % 10**decimals))
    return whole.cast(pl.String) + "." + rest.cast(pl.String).str.zfill(decimals)


def _number_fault(rows: pl.DataFrame) -> pl.Expr:
    """The first number of the row that is not a plain decimal number that a float carries exactly.

    Nearly every batch has none, so that columns are first looked at whole.
    """
    texts = pl.col(NUMBERS).str
    plain = rows.select(texts.contains(_PLAIN_NUMBER).all()).row(0)
    longest = rows.select(texts.len_bytes().max()).row(0)
    suspect = [
        name for name, good, size in zip(NUMBERS, plain, longest, strict=True) if not good or (size or 0) > MOST_DIGITS
    ]
    faults = [pl.when(_is_wrong(name)).then(_number_fault_text(name)) for name in suspect]
    absent = pl.when(pl.col("headcount").is_null()).then(pl.lit("headcount : valeur absente. Donner un nombre."))
    return pl.coalesce(*faults, absent)


def _is_wrong(name: str) -> pl.Expr:
    value = pl.col(name)
    as_float = value.cast(pl.Float64, strict=False).cast(pl.String)
    inexact = (as_float != value) & (as_float != value + ".0")
    return ~value.str.contains(_PLAIN_NUMBER) | ((value.str.len_bytes() > MOST_DIGITS) & inexact)


def _number_fault_text(name: str) -> pl.Expr:
    return pl.concat_str(pl.lit(f"{name} : « "), pl.col(name).str.slice(0, 40), pl.lit(NUMBER_REMEDY))


def _year_fault() -> pl.Expr:
    text = pl.col("rate_year").fill_null("").str.slice(0, 40)
    remedy = f" ». Donner une année à partir de {FIRST_RATE_YEAR}."
    wrong = pl.col("_year").is_null() | (pl.col("_year") < FIRST_RATE_YEAR)
    return pl.when(wrong).then(pl.concat_str(pl.lit("rate_year : « "), text, pl.lit(remedy)))


def _with_profiles(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[TariffUnit | None]]:
    """Rows with `_unit`, the position of their unit among the distinct ones; a unit that is wrong gives its fault."""
    distinct = rows.select(PROFILE).unique(maintain_order=True)
    described = [_unit(*values) for values in distinct.iter_rows()]
    faults = [unit if isinstance(unit, str) else None for unit in described]
    numbered = distinct.with_row_index("_unit").with_columns(pl.Series("_unit_fault", faults, pl.String))
    joined = rows.join(numbered, on=PROFILE, how="left", nulls_equal=True, maintain_order="left")
    joined = joined.with_columns(pl.coalesce(FAULT, "_unit_fault").alias(FAULT))
    return joined, [None if isinstance(unit, str) else unit for unit in described]


def _unit(
    scope: str | None, construction: str | None, ctn: str | None, sub_sector: str | None, risk_code: str | None
) -> TariffUnit | str:
    """The unit that five words describe, or what is wrong with them, in French."""
    if ctn not in NATIONAL_COMMITTEES:
        return f"ctn : « {ctn or ''} » n'est pas admis. Écrire {', '.join(NATIONAL_COMMITTEES)}."
    if scope is not None and scope not in tuple(Scope):
        return f"scope : « {repeated(scope)} » n'est pas admis. Écrire {', '.join(Scope)}."
    if sub_sector is not None and sub_sector not in SUB_SECTORS:
        return f"sub_sector : « {repeated(sub_sector)} » n'est pas admis. Écrire {', '.join(SUB_SECTORS)}."
    if construction is not None and construction.lower() not in (*YES, *NO):
        return f"construction : « {repeated(construction)} » n'est pas admis. Écrire true ou false."
    code = None if risk_code is None else normal_risk_code(risk_code)
    if risk_code is not None and code is None:
        return f"risk_code : « {repeated(risk_code)} » n'est pas un code risque. Écrire par exemple 28.1AD."
    return TariffUnit(
        ctn=ctn,
        scope=Scope(scope or Scope.GENERAL),
        construction=ctn == CONSTRUCTION_COMMITTEE if construction is None else construction.lower() in YES,
        sub_sector=Activity(sub_sector) if sub_sector else None,
        risk_code=code,
    )


def _rate_group(group: pl.DataFrame, rate_year: int, units: list[TariffUnit | None], law: Law, out: _Output) -> None:
    """Rate the sound rows of one year and put each result at the place of its row."""
    numbers = group.select(pl.col(NUMBERS).cast(pl.Float64))
    floats = {name: numbers[name].to_numpy() for name in NUMBERS}
    used, profile = np.unique(group["_unit"].to_numpy(), return_inverse=True)
    counts = np.array(
        [[np.nan_to_num(floats[f"{category.value.lower()}_{year}"]) for category in CATEGORIES] for year in (1, 2, 3)]
    )
    rates = portfolio_rates(
        PortfolioYear(
            rate_year=rate_year,
            profiles=tuple(unit for at in used.tolist() if (unit := units[at]) is not None),
            profile=profile,
            headcount=floats["headcount"],
            wages_eur=np.array([floats[name] for name in WAGES]),
            counts=counts,
            previous_rate_percent=floats["previous_rate_percent"],
            collective_rate_percent=floats["collective_rate_percent"],
        ),
        law,
    )
    rows = group["_row"].to_numpy()
    out.mode[rows], out.limit[rows] = rates.mode, rates.limit
    out.calculated[rows], out.rate[rows] = rates.calculated_millionths, rates.rate_hundredths
    for at, message in rates.errors.items():
        out.error[int(rows[at])] = message
        out.mode[rows[at]] = -1
