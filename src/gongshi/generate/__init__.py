"""Invented agency files: plainly fictional, as damaged as real ones, with the answers beside them.

    world ──▶ decisions ──▶ penalties + wording + personal ──▶ damage ──▶ files

`cases.yml` holds what the cases are made of, `defects` every defect. The same rows, seed and day
give the same bytes. Areas are unassigned, numbers have right check digits and belong to nobody.
"""

from gongshi.generate.demo import DEMO_FILES, DemoFiles, demo_files
from gongshi.generate.files import FORMATS, Generated, generate
from gongshi.generate.records import Batch, batches, whole

__all__ = [
    "DEMO_FILES",
    "FORMATS",
    "Batch",
    "DemoFiles",
    "Generated",
    "batches",
    "demo_files",
    "generate",
    "whole",
]
