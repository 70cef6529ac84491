"""What debtors owe: kinds of obligation, the judgments they come from, and skewed amounts in đồng.

Most cases are small court fees; a few are loans of billions. The figures are invented and no rule of law. Not
here: who owes (`names`), when (`history`).
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from backoffice.models.states import ObligationCode
from backoffice.sample.pools import pick, weighted_pool


@dataclass(frozen=True, slots=True)
class Duty:
    """One kind of obligation: what it comes from and how much it usually is.

    `median_vnd` and `spread` make a log-normal amount; `without_amount` is the share that is not money.
    """

    code: ObligationCode
    judgments: tuple[str, ...]
    ex_officio: bool
    median_vnd: int
    spread: float
    least_vnd: int
    most_vnd: int
    without_amount: float = 0.0
    organisations: float = 0.02


_CIVIL, _CRIMINAL, _FAMILY, _BUSINESS, _LABOUR = "DS", "HS", "HNGĐ", "KDTM", "LĐ"
_BILLION = 1_000_000_000

_DUTIES = {
    Duty(
        ObligationCode.COURT_FEE,
        (_CRIMINAL, _CRIMINAL, _CIVIL, _CIVIL, _FAMILY, _BUSINESS),
        True,
        3_000_000,
        1.3,
        200_000,
        2 * _BILLION,
        organisations=0.06,
    ): 35,
    Duty(ObligationCode.FINE, (_CRIMINAL,), True, 9_000_000, 0.8, 3_000_000, _BILLION): 9,
    Duty(
        ObligationCode.CONFISCATION,
        (_CRIMINAL,),
        True,
        6_000_000,
        1.3,
        200_000,
        5 * _BILLION,
        0.4,
    ): 2,
    Duty(
        ObligationCode.RECOVERY_OF_ILLICIT_GAINS,
        (_CRIMINAL,),
        True,
        15_000_000,
        1.5,
        300_000,
        90 * _BILLION,
    ): 4,
    Duty(
        ObligationCode.COMPENSATION,
        (_CRIMINAL, _CRIMINAL, _CIVIL),
        False,
        35_000_000,
        1.2,
        1_000_000,
        30 * _BILLION,
    ): 13,
    Duty(
        ObligationCode.LOAN_REPAYMENT,
        (_CIVIL, _CIVIL, _BUSINESS),
        False,
        180_000_000,
        1.5,
        2_000_000,
        400 * _BILLION,
        organisations=0.14,
    ): 18,
    Duty(
        ObligationCode.CONTRACT_PAYMENT,
        (_CIVIL, _BUSINESS, _BUSINESS),
        False,
        150_000_000,
        1.6,
        2_000_000,
        300 * _BILLION,
        organisations=0.4,
    ): 7,
    Duty(
        ObligationCode.MAINTENANCE,
        (_FAMILY, _FAMILY, _CRIMINAL),
        False,
        24_000_000,
        0.8,
        1_000_000,
        _BILLION,
    ): 5,
    Duty(
        ObligationCode.PROPERTY_RETURN, (_CIVIL,), False, 80_000_000, 1.2, 1_000_000, 40 * _BILLION, 0.75
    ): 2,
    Duty(
        ObligationCode.PROPERTY_DIVISION, (_FAMILY, _CIVIL), False, 250_000_000, 1.1, 5_000_000, 60 * _BILLION
    ): 2,
    Duty(
        ObligationCode.LABOUR_PAYMENT,
        (_LABOUR,),
        False,
        40_000_000,
        0.8,
        1_000_000,
        3 * _BILLION,
        organisations=0.9,
    ): 1,
    Duty(ObligationCode.OTHER_PAYMENT, (_CIVIL,), False, 20_000_000, 1.2, 300_000, 20 * _BILLION): 2,
}
_POOL = weighted_pool(_DUTIES)

# The fixed court fee where no value is in dispute: it rose on 1 January 2017.
_FIXED_FEE_UNTIL_2016, _FIXED_FEE_SINCE_2017, _FIXED_FEE_CRIMINAL = 200_000, 300_000, 200_000
_FIXED_SHARE = 0.5
_UNTIL_2016 = "2017"


def any_duty(rng: Random) -> Duty:
    """A kind of obligation, as often as it occurs."""
    return pick(rng, _POOL)


def organisation_share(duty: Duty, judgment: str) -> float:
    """How often the debtor is an organisation; never in criminal and family matters."""
    return 0.0 if judgment in (_CRIMINAL, _FAMILY) else duty.organisations


def amount_vnd(rng: Random, duty: Duty, judgment: str, year: str) -> int | None:
    """The amount in đồng, or None for a duty that is not money; `year` is that of the judgment."""
    if duty.without_amount and rng.random() < duty.without_amount:
        return None
    if duty.code is ObligationCode.COURT_FEE and rng.random() < _FIXED_SHARE:
        if judgment == _CRIMINAL:
            return _FIXED_FEE_CRIMINAL
        return _FIXED_FEE_UNTIL_2016 if year < _UNTIL_2016 else _FIXED_FEE_SINCE_2017
    amount = int(duty.median_vnd * rng.lognormvariate(0, duty.spread))
    amount = min(max(amount, duty.least_vnd), duty.most_vnd)
    # Loans and fines are round figures more often than fees and damages are.
    step = 1_000_000 if amount > 20_000_000 and rng.random() < 0.6 else 1_000
    return amount // step * step or duty.least_vnd


def judgment_number(rng: Random, judgment: str, stage: str, year: str) -> str:
    """An official number such as 12/2024/DS-ST, or 12/2024/QĐST-DS for an agreement before the court."""
    number = 1 + int(rng.lognormvariate(3.6, 1.0)) % 900
    if stage == "ST" and judgment != _CRIMINAL and rng.random() < 0.25:
        return f"{number:02d}/{year}/QĐST-{judgment}"
    return f"{number:02d}/{year}/{judgment}-{stage}"


_GROUNDS_2015 = {
    "thing": weighted_pool({"2015_a": 45, "2015_b": 45, "2015_c": 10}, 100),
    "money": weighted_pool({"2015_a": 81, "2015_c": 19}, 100),
}
_GROUNDS_2026 = {
    "thing": weighted_pool({"2026_a": 30, "2026_b": 35, "2026_d": 25, "2026_dd": 10}, 100),
    "care": weighted_pool({"2026_a": 70, "2026_c": 30}, 100),
    "money": weighted_pool(
        {"2026_a": 79, "2026_b": 6, "2026_dd": 1, "2026_e": 8, "2026_g": 3, "2026_h": 3}, 100
    ),
}
_THINGS = frozenset({ObligationCode.PROPERTY_RETURN, ObligationCode.PROPERTY_DIVISION})


def ground_code(rng: Random, duty: Duty, rule_set: str) -> str:
    """A ground for not yet having conditions that the rule set knows and that fits the obligation."""
    kind = "thing" if duty.code in _THINGS else "care" if duty.code is ObligationCode.MAINTENANCE else "money"
    grounds = _GROUNDS_2026 if rule_set == "2026" else _GROUNDS_2015
    return pick(rng, grounds.get(kind, grounds["money"]))
