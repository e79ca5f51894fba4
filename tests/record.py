"""The rates that tests of the arithmetic use: those on record on 23 November 2026, whatever macros/rates.yml says since."""

from datetime import date
from pathlib import Path

FILE = Path(__file__).with_name("rates_of_record.yml")
DAY = date(2026, 11, 23)
