#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads dataset cards with MLCommons' own Croissant library, as anybody who gets one would.

Usage: check_card.py [CARD...]      defaults to vectors/card/card.json; started by run_card

Each card must load without an error or a warning; all records of all record sets must be read,
which fetches every file and compares its sha256; roots and lengths are recomputed from the bytes
and compared with the rows that the card copied from the chain. The card of the vectors is then
damaged in several ways, each of which must be noticed. Exits with 1 if anything differs.
"""

import copy
import hashlib
import json
import pathlib
import sys
import tempfile

import mlcroissant
from absl import logging

from check_vectors import text_root

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CARD = ROOT / "vectors" / "card" / "card.json"


class Said(list):
    """What the library logs at the level of warnings and above."""

    def __call__(self, message, *values):
        self.append(str(message) % values if values else str(message))


def read(card, folder):
    """All records by record set; raises ValueError with what is wrong with the card."""
    said = Said()
    logging.warning = logging.error = said
    with tempfile.NamedTemporaryFile("w", suffix=".json", dir=folder) as file:
        json.dump(card, file)
        file.flush()
        try:
            dataset = mlcroissant.Dataset(jsonld=file.name)
            issues = dataset.metadata.ctx.issues
            faults = sorted(issues.errors) + sorted(issues.warnings) + said
            if faults:
                raise ValueError("; ".join(map(str, faults)))
            sets = [records.id for records in dataset.metadata.record_sets]
            return {name: list(dataset.records(name)) for name in sets}
        except ValueError:
            raise
        except Exception as error:  # The library raises what comes.
            raise ValueError(f"{type(error).__name__}: {error}") from error


def check(card, folder):
    """Reads a card and compares its parts with each other and with the bytes."""
    records = read(card, folder)
    members = records["members"]
    files = {file["@id"]: file for file in card["distribution"] if file["@type"] == "cr:FileObject"}
    expect(len(members) == len(files), "as many rows as files")
    numbers = [row["members/number"] for row in members]
    expect(numbers == sorted(set(numbers)), "rows in the order of acceptance")
    if "texts" not in records:
        return len(members), 0
    by_hash = {}
    for record in records["texts"]:
        text = record["texts/content"]
        text = text.encode() if isinstance(text, str) else text
        by_hash[hashlib.sha256(text).hexdigest()] = text
    expect(len(records["texts"]) == len(files), "as many texts as files")
    size = 0
    for row in members:
        text = by_hash.get(files[row["members/file"]]["sha256"])
        expect(text is not None, f"the text of {row['members/file']}")
        expect(len(text) == row["members/byteLength"], f"length of {row['members/file']}")
        root = "0x" + text_root(text).hex()
        expect(root == row["members/textRoot"], f"root of {row['members/file']}")
        size += len(text)
    return len(members), size


def expect(holds, what):
    if not holds:
        raise ValueError(f"not so: {what}")


def drop(*path):
    """A damage that takes away what lies at a path."""

    def damage(card):
        *before, last = path
        for step in before:
            card = card[step]
        del card[last]

    return damage


def put(value, *path):
    """A damage that puts a value at a path."""

    def damage(card):
        *before, last = path
        for step in before:
            card = card[step]
        card[last] = value

    return damage


DAMAGES = {
    "no version of Croissant": drop("conformsTo"),
    "an unknown version of Croissant": put("http://mlcommons.org/croissant/9.9", "conformsTo"),
    "no licence": drop("license"),
    "no date": drop("datePublished"),
    "no citation": drop("citeAs"),
    "a version that is none": put("second", "version"),
    "a term of the context": drop("@context", "recordSet"),
    "a file without a hash": drop("distribution", 0, "sha256"),
    "a file with another hash": put("0" * 64, "distribution", 0, "sha256"),
    "a file without an address": drop("distribution", 0, "contentUrl"),
    "a field without a type": drop("recordSet", 0, "field", 0, "dataType"),
    "a row without a column": drop("recordSet", 0, "data", 0, "members/licence"),
    "a row with another root": put("0x" + "0" * 64, "recordSet", 0, "data", 0, "members/textRoot"),
    "a row with another length": put(1, "recordSet", 0, "data", 1, "members/byteLength"),
    "rows in another order": put(9, "recordSet", 0, "data", 0, "members/number"),
    "texts from nowhere": put("no-such-set", "recordSet", 1, "field", 0, "source", "fileSet", "@id"),
}


def check_damages(card, folder):
    """Names of the damages that nobody noticed."""
    unnoticed = []
    for name, damage in DAMAGES.items():
        damaged = copy.deepcopy(card)
        damage(damaged)
        try:
            check(damaged, folder)
        except ValueError:
            continue
        unnoticed.append(name)
    return unnoticed


def main(paths):
    passed = failed = 0
    for path in paths or [CARD]:
        card = json.loads(path.read_text(encoding="utf-8"))
        try:
            rows, size = check(card, path.parent)
            print(f"{path.name}: {rows} contributions, {size} bytes read and recomputed")
            passed += 1
        except ValueError as error:
            print(f"{path.name}: {error}")
            failed += 1
    if not paths and not failed:
        unnoticed = check_damages(card, CARD.parent)
        for name in unnoticed:
            print(f"not noticed: {name}")
        passed += len(DAMAGES) - len(unnoticed)
        failed += len(unnoticed)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main([pathlib.Path(argument).resolve() for argument in sys.argv[1:]]))
