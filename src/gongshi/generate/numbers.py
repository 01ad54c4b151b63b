"""Numbers that are well formed and belong to nobody: right check digits, unassigned ranges.

* codes of organisations: area 98xxxx or 99xxxx;
* identity numbers: a province that exists and a city 99 in it, which none has;
* phones: 154, a range never given to subscribers; bank cards: 629999, with a valid Luhn digit;
* number plates: letter Z, in provinces that do not use it.
"""

from datetime import date

import numpy as np

from gongshi.formats import identity_no, organisation_code, registration_no, uscc

_ORG_SYMBOLS = "0123456789"
_CODE_STEP = 7_368_787  # prime: walks through the serials without meeting one twice
_ID_PROVINCES = ("11", "13", "21", "32", "36", "41", "44", "51", "61", "65")
_FIRST_BIRTH = np.datetime64("1950-01-01")
_BIRTH_DAYS = 20_000
_SEQUENCES = 999
_ID_STEP = 86_028_157  # prime, as above
_PLATE_PROVINCES = "琼藏青宁"
_PLATE_SYMBOLS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def org_code(serial: int, letters: str = "MA") -> str:
    """Return an organisation code with its check character; distinct for distinct serials."""
    first8 = f"{letters}{serial * _CODE_STEP % 10 ** (8 - len(letters)):0{8 - len(letters)}}"
    return first8 + organisation_code.check_digit(first8)


def credit_code(kind: str, area: str, serial: int, letters: str = "MA") -> str:
    """Return a unified social credit code; `kind` is its first two characters (91, 92, …)."""
    first17 = f"{kind}{area}{org_code(serial, letters)}"
    return first17 + uscc.check_digit(first17)


def lookalike(serial: int) -> str:
    """Return a valid credit code of digits only that is a valid identity number in form as well.

    Characters 7 to 14 read as a birth date and both check digits agree, as in about one of 10 000
    real codes. Distinct for distinct serials below 1 000.
    """
    for attempt in range(1_000):
        number = serial * 1_000 + attempt
        first8 = f"{70 + number % 20}01{1 + number // 20 % 28:02}{number // 560 % 100:02}"
        first17 = f"91980119{first8}{organisation_code.check_digit(first8)}"
        if not first17.isdecimal():
            continue
        last = uscc.check_digit(first17)
        if last.isdecimal() and last == identity_no.check_digit(first17):
            return first17 + last
    raise ValueError(serial)


def registration(area: str, serial: int) -> str:
    """Return a business registration number of 15 digits."""
    first14 = f"{area}{6_000_0000 + serial % 10_000_000:08}"
    return first14 + registration_no.check_digit(first14)


def identity(serials: np.ndarray) -> list[str]:
    """Return one identity number for each serial; distinct for distinct serials below 10⁹."""
    spread = serials.astype(np.int64) * _ID_STEP % (_BIRTH_DAYS * _SEQUENCES * 500)
    sequence = spread % _SEQUENCES + 1
    days = _FIRST_BIRTH + (spread // _SEQUENCES % _BIRTH_DAYS).astype("timedelta64[D]")
    areas = (spread // (_SEQUENCES * _BIRTH_DAYS)).tolist()
    births = [day.replace("-", "") for day in np.datetime_as_string(days).tolist()]
    return [
        _identity(area, birth, number)
        for area, birth, number in zip(areas, births, sequence.tolist(), strict=True)
    ]


def identity_of_child(serials: np.ndarray, today: date) -> list[str]:
    """Return identity numbers of persons who are under 15 on `today`."""
    days = np.datetime64(today, "D") - (serials % 5_000 + 100).astype("timedelta64[D]")
    births = [day.replace("-", "") for day in np.datetime_as_string(days).tolist()]
    return [
        _identity(serial % 500, birth, serial % _SEQUENCES + 1)
        for serial, birth in zip(serials.tolist(), births, strict=True)
    ]


def _identity(area: int, birth: str, sequence: int) -> str:
    """Return one identity number; `area` is below 500."""
    first17 = f"{_ID_PROVINCES[area % 10]}99{area // 10 + 1:02}{birth}{sequence:03}"
    return first17 + identity_no.check_digit(first17)


def phones(rng: np.random.Generator, count: int) -> list[str]:
    """Return mobile numbers in the range 154."""
    return [f"154{number:08}" for number in rng.integers(10**8, size=count).tolist()]


def bank_cards(rng: np.random.Generator, count: int) -> list[str]:
    """Return card numbers of 19 digits with a right Luhn digit."""
    return [
        _with_luhn(f"629999{number:012}") for number in rng.integers(10**12, size=count).tolist()
    ]


def _with_luhn(digits: str) -> str:
    """Return `digits` and their Luhn check digit."""
    doubled = [
        int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(digits[::-1])
    ]
    return digits + str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def plates(rng: np.random.Generator, count: int) -> list[str]:
    """Return plates of the form 琼Z·1A2B3."""
    provinces = rng.integers(len(_PLATE_PROVINCES), size=count).tolist()
    symbols = rng.integers(len(_PLATE_SYMBOLS), size=(count, 4)).tolist()
    digits = rng.integers(10, size=count).tolist()
    return [
        f"{_PLATE_PROVINCES[province]}Z·{digit}{''.join(_PLATE_SYMBOLS[place] for place in four)}"
        for province, digit, four in zip(provinces, digits, symbols, strict=True)
    ]
