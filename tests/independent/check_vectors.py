#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Recomputes every golden vector from the text of the formats, with the standard library only.

Usage: check_vectors.py [DIR]      DIR defaults to vectors/ of this repository

Shares no code with the Rust crates. Prints how many values it checked; exits with 1 when any
value differs. Signatures themselves are not verified here (the standard library has neither
sr25519 nor ed25519), only the bytes that are signed.
"""

import json
import pathlib
import sys
import unicodedata
from hashlib import blake2b

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
U128 = 2**128 - 1
FILES = (
    "payloads", "trees", "hashes", "texts", "duplicates", "spans", "money", "batches",
    "signatures",
)

checked = 0
differences = []


def expect(where, found, computed):
    """Counts one comparison and remembers a difference."""
    global checked
    checked += 1
    if found != computed:
        differences.append(f"{where}: file has {str(found)[:90]}, computed {str(computed)[:90]}")


# --- Basics: hash, SCALE, preimages -------------------------------------------------------------


def h(data):
    return blake2b(data, digest_size=32).digest()


def uint(bits):
    return lambda value: int(value).to_bytes(bits // 8, "little")


def fixed(length):
    def encode(value):
        data = bytes.fromhex(value)
        if len(data) != length:
            raise ValueError(f"{length} bytes expected, not {len(data)}")
        return data

    return encode


def compact(number):
    """SCALE's length in front of a Vec: two low bits tell the width."""
    if number < 1 << 6:
        return (number << 2).to_bytes(1, "little")
    if number < 1 << 14:
        return (number << 2 | 1).to_bytes(2, "little")
    return (number << 2 | 2).to_bytes(4, "little")


def vec(item, most):
    def encode(values):
        if len(values) > most:
            raise ValueError(f"more than {most} items")
        return compact(len(values)) + b"".join(item(value) for value in values)

    return encode


def struct(*fields):
    def encode(values):
        if set(values) != {name for name, _ in fields}:
            raise ValueError(f"other fields: {sorted(values)}")
        return b"".join(kind(values[name]) for name, kind in fields)

    return encode


U8, U16, U32, U64, U128_KIND = uint(8), uint(16), uint(32), uint(64), uint(128)
HASH, ACCOUNT, SALT, SIGNATURE = fixed(32), fixed(32), fixed(32), fixed(64)

VOUCHER = struct(
    ("channel", U64), ("calls", U64), ("fee_total", U128_KIND), ("matched_total", U128_KIND),
    ("range_root", HASH),
)
SIGNED_VOUCHER = struct(("voucher", VOUCHER), ("scheme", U8), ("signature", SIGNATURE))
CALL_RECORD = struct(
    ("channel", U64), ("number", U64), ("request_hash", HASH), ("output_root", HASH),
    ("bytes_in", U32), ("bytes_out", U32), ("flags", U8), ("fee", U128_KIND),
    ("fee_total", U128_KIND), ("matched_total", U128_KIND), ("spans_root", HASH),
)
SPAN = struct(
    ("start", U32), ("length", U16), ("contribution", U64), ("position", U32),
    ("value_total", U128_KIND),
)
PAGE_COMMITMENT = struct(("page_hash", HASH), ("end_total", U128_KIND))
USAGE_BATCH = struct(
    ("operator", ACCOUNT), ("model", U32), ("sequence", U64), ("valid_until", U32),
    ("max_charge", U128_KIND), ("fee_total", U128_KIND), ("matched", U128_KIND), ("lines", U32),
    ("lines_root", HASH), ("pages", vec(PAGE_COMMITMENT, 64)),
    ("vouchers", vec(SIGNED_VOUCHER, 256)),
)
BATCH_ROW = struct(
    ("channel", U64), ("from_calls", U64), ("from_fee_total", U128_KIND),
    ("from_matched_total", U128_KIND), ("to_calls", U64), ("fee_total", U128_KIND),
    ("matched_total", U128_KIND), ("range_root", HASH),
)
CREDIT_LINE = struct(
    ("contribution", U64), ("channel", U64), ("number", U64), ("span", U16),
    ("value", U128_KIND), ("total", U128_KIND),
)
PAGE_ENTRY = struct(("contribution", U64), ("last_line", U32), ("total", U128_KIND))
CREDIT_PAGE = struct(
    ("operator", ACCOUNT), ("model", U32), ("sequence", U64), ("page", U8),
    ("entries", vec(PAGE_ENTRY, 256)),
)
CONTRIBUTION_COMMIT = struct(
    ("text_root", HASH), ("byte_length", U64), ("account", ACCOUNT), ("salt", SALT)
)
VOTE_COMMIT = struct(
    ("contribution", U64), ("curator", ACCOUNT), ("round", U8), ("vote", U8), ("reason", U8),
    ("salt", SALT),
)
VECTOR_ENTRY = struct(("kind", U8), ("model", U32), ("ppm", U32))
TERMS = struct(
    ("model", U32), ("operator_ppm", U32), ("vector", vec(VECTOR_ENTRY, 10)),
    ("derivative_ppm", U32), ("min_fee_per_call", U128_KIND),
)
SESSION = struct(("channel", U64), ("operator", ACCOUNT), ("model", U32), ("expires_ms", U64))
SESSION_TOKEN = struct(("body", SESSION), ("scheme", U8), ("signature", SIGNATURE))

STRUCTURES = {
    "Voucher": ("vch", VOUCHER),
    "CallRecord": ("rec", CALL_RECORD),
    "Span": ("spn", SPAN),
    "CreditLine": ("lin", CREDIT_LINE),
    "CreditPage": ("pag", CREDIT_PAGE),
    "UsageBatch": ("bat", USAGE_BATCH),
    "BatchRow": ("row", BATCH_ROW),
    "ContributionCommit": ("reg", CONTRIBUTION_COMMIT),
    "VoteCommit": ("vot", VOTE_COMMIT),
    "Terms": ("trm", TERMS),
    "Session": ("ses", SESSION),
}


def tag(name):
    return f"openledger:{STRUCTURES[name][0]}:1"


def preimage(name, genesis, fields):
    head = tag(name).encode("ascii")
    if len(head) != 16 or len(genesis) != 32:
        raise ValueError("a tag has 16 bytes, a genesis hash 32")
    return head + genesis + STRUCTURES[name][1](fields)


# --- The tree -----------------------------------------------------------------------------------


def leaf_hash(leaf):
    return h(b"\x00" + leaf)


def node_hash(left, right):
    return h(b"\x01" + left + right)


def root_hash(count, top):
    return h(b"\x02" + U64(count) + top)


def levels_of(leaves):
    level = [leaf_hash(leaf) for leaf in leaves]
    levels = [level]
    while len(level) > 1:
        above = [node_hash(level[n], level[n + 1]) for n in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            above.append(level[-1])
        level = above
        levels.append(level)
    return levels


def top_of(leaves):
    return levels_of(leaves)[-1][0] if leaves else bytes(32)


def root_of(leaves):
    return root_hash(len(leaves), top_of(leaves))


def siblings_of(leaves, start, length):
    """The outer siblings, found on the levels of the whole tree."""
    siblings, first, end = [], start, start + length
    for level in levels_of(leaves)[:-1]:
        if first % 2:
            first -= 1
            siblings.append(level[first])
        if end % 2 and end < len(level):
            siblings.append(level[end])
            end += 1
        first, end = first // 2, -(-end // 2)
    return siblings


def opens(root, count, start, leaves, siblings):
    """Climbs with a dictionary of places; refuses what is missing or left over."""
    if not leaves or start + len(leaves) > count:
        return False
    row = {start + n: leaf_hash(leaf) for n, leaf in enumerate(leaves)}
    rest, width = list(siblings), count
    while width > 1:
        wanted = {place ^ 1 for place in row} - set(row)
        for place in sorted(place for place in wanted if place < width):
            if not rest:
                return False
            row[place] = rest.pop(0)
        above = {}
        for place in row:
            left, right = place & ~1, place | 1
            above[place // 2] = node_hash(row[left], row[right]) if right in row else row[left]
        row, width = above, (width + 1) // 2
    return not rest and root_hash(count, row[0]) == root


def payload_root(name, genesis, items):
    return root_of([preimage(name, genesis, item) for item in items])


# --- Texts --------------------------------------------------------------------------------------

INVISIBLE = {0xAD, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065)}


def canonical(raw):
    """Returns (bytes, None) or (None, why it is refused)."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None, "not UTF-8"
    text = text[1:] if text.startswith("\ufeff") else text
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    for character in text:
        code = ord(character)
        if code < 0x20 and character not in "\t\n\f":
            return None, "control"
        if code in INVISIBLE:
            return None, "invisible"
        if unicodedata.category(character) == "Cn":
            return None, "unassigned"
    return text.encode("utf-8"), None


def chunks(data, size):
    return [data[at : at + size] for at in range(0, len(data), size)]


def text_root(data):
    return root_of(chunks(data, 256))


def drawn_positions(randomness, claim, byte_length):
    """The 96 positions of a claim; None where a window of 512 bytes has no place."""
    if byte_length < 512:
        return None
    digests = [h(randomness + U64(claim) + U32(index)) for index in range(96)]
    return [int.from_bytes(digest[:16], "little") % (byte_length - 511) for digest in digests]


def folded(window):
    kept = bytes(byte for byte in window.lower() if byte >= 0x80 or chr(byte).isalnum())
    return kept[:32] if len(kept) >= 32 else None


def opened_window(root, byte_length, position, most, data, siblings):
    """What an opening that begins with the leaf of `position` shows from there on."""
    leaves, first, count = chunks(data, 256), position // 256, ceil_div(byte_length, 256)
    lengths = [min(256, byte_length - 256 * (first + n)) for n in range(len(leaves))]
    whole = [len(leaf) for leaf in leaves] == lengths
    if not whole or not opens(root, count, first, leaves, siblings):
        return None
    return data[position % 256 :][:most] or None


# --- Calls --------------------------------------------------------------------------------------


def salt_of(secret, leaf):
    pair = h(secret + U32(leaf // 2))
    return pair[16:] if leaf % 2 else pair[:16]


def output_root(secret, answer):
    parts = chunks(answer, 16)
    return root_of([salt_of(secret, leaf) + part for leaf, part in enumerate(parts)])


def ceil_div(a, b):
    return -(-a // b)


def fit(number):
    """A planck amount, or None when it leaves u128."""
    return number if 0 <= number <= U128 else None


def price_fee(price):
    parts = [
        int(price["bytes_in"]) * int(price["in_per_kb"]),
        int(price["bytes_out"]) * int(price["out_per_kb"]),
    ]
    if any(part > U128 for part in parts):
        return None
    return fit(int(price["per_call"]) + sum(ceil_div(part, 1000) for part in parts))


# --- Provenance v1 by brute force ---------------------------------------------------------------

WHITE = frozenset(b" \t\n\r\x0c")


def word_bounds(answer):
    n = len(answer)
    starts, ends = [], []
    for at in range(n):
        if answer[at] not in WHITE:
            if at == 0 or answer[at - 1] in WHITE:
                starts.append(at)
            if at + 1 == n or answer[at + 1] in WHITE:
                ends.append(at + 1)
    return starts, ends


def hits_of(corpus, answer):
    """(contribution, start, core end, position) of every word start whose core is registered."""
    starts, ends = word_bounds(answer)
    for start in starts:
        core = next((end for end in ends if end >= start + 48), None)
        if core is None or core > start + 512:
            continue
        for contribution in sorted(corpus):
            position = corpus[contribution].find(answer[start:core])
            if position >= 0:
                yield contribution, start, core, position
                break


def find_spans(corpus, answer):
    """(start, length, contribution, position), ascending by start."""
    _, ends = word_bounds(answer)
    taken, spans = set(), []
    for contribution, start, core, position in sorted(hits_of(corpus, answer)):
        if not taken.isdisjoint(range(start, core)):
            continue
        text, end = corpus[contribution], core
        for further in (word_end for word_end in ends if word_end > core):
            length = further - start
            alike = text[position : position + length] == answer[start:further]
            if length > 512 or not alike or not taken.isdisjoint(range(end, further)):
                break
            end = further
        taken.update(range(start, end))
        spans.append((start, end - start, contribution, position))
    return sorted(spans)


def valued(spans, fee, bytes_out):
    """Span structures with the record's running total."""
    total, result = 0, []
    for start, length, contribution, position in spans:
        total += fee * length // bytes_out
        result.append({
            "start": start, "length": length, "contribution": str(contribution),
            "position": position, "value_total": str(total),
        })
    return result


def matched_of(spans):
    return int(spans[-1]["value_total"]) if spans else 0


# --- Money --------------------------------------------------------------------------------------


def split(amount, shares):
    whole = sum(shares)
    if len(shares) > 16 or whole == 0 or whole > U128:
        return None
    parts = [amount * share // whole for share in shares]
    order = sorted(range(len(shares)), key=lambda n: (-(amount * shares[n] % whole), n))
    for place in order[: amount - sum(parts)]:
        parts[place] += 1
    return parts


def accrue(amount, residue, weight):
    if not 0 < weight <= 2**80:
        return None, None
    return divmod(amount * 2**64 + residue, weight)


def touch(points, acc, debt, carry):
    product = points * acc
    s = product - debt + carry
    if product >= 2**256 or product < debt or s >> 64 > U128:
        return None, None, None
    return s >> 64, s % 2**64, product


def page_payments(data_share, fee, totals, before=0):
    payments = []
    for total in totals:
        payments.append(data_share * total // fee - data_share * before // fee)
        before = total
    return payments


def base_of(data_share, fee, matched):
    return data_share - data_share * matched // fee


def decimal(number):
    return None if number is None else str(number)


# --- Credit lines and pages ---------------------------------------------------------------------


def credit_lines(calls):
    """calls: (channel, number, [(contribution, value)]) with every span, also worthless ones."""
    rows = [
        (contribution, channel, number, place, value)
        for channel, number, values in calls
        for place, (contribution, value) in enumerate(values)
        if value > 0
    ]
    total, lines = 0, []
    for contribution, channel, number, place, value in sorted(rows):
        total += value
        lines.append({
            "contribution": str(contribution), "channel": str(channel), "number": str(number),
            "span": place, "value": str(value), "total": str(total),
        })
    return lines


def credit_pages(operator, model, sequence, lines):
    last = {}
    for place, line in enumerate(lines):
        last[int(line["contribution"])] = (place, line["total"])
    entries = [
        {"contribution": str(contribution), "last_line": place, "total": total}
        for contribution, (place, total) in sorted(last.items())
    ]
    return [
        {"operator": operator, "model": model, "sequence": sequence, "page": number,
         "entries": part}
        for number, part in enumerate(chunks(entries, 256))
    ]


# --- The files ----------------------------------------------------------------------------------


def check_payloads(data):
    genesis = bytes.fromhex(data["genesis_hash"])
    seen = set()
    for place, vector in enumerate(data["payloads"]):
        name, fields = vector["structure"], vector["fields"]
        where = f"payloads[{place}] {name}"
        seen.add(name)
        full = preimage(name, genesis, fields)
        expect(f"{where} tag", vector["tag"], tag(name))
        expect(f"{where} scale", vector["scale"], STRUCTURES[name][1](fields).hex())
        expect(f"{where} preimage", vector["preimage"], full.hex())
        expect(f"{where} hash", vector["hash"], h(full).hex())
        if name == "Voucher":
            expect(f"{where} length", len(full), 128)
    expect("payloads: every structure", sorted(seen), sorted(STRUCTURES))
    token = data["session_token"]
    parts = {name: token[name] for name in ("body", "scheme", "signature")}
    expect("session token", token["text"], "ol1." + SESSION_TOKEN(parts).hex())
    signed = data["signed_voucher"]
    scale = SIGNED_VOUCHER(signed["fields"])
    expect("signed voucher", signed["scale"], scale.hex())
    expect("signed voucher length", len(scale), 145)


def check_opening(where, tree, leaves, opening):
    shown = [bytes.fromhex(leaf) for leaf in opening["leaves"]]
    siblings = [bytes.fromhex(sibling) for sibling in opening["siblings"]]
    start, count = opening["start"], opening["count"]
    valid = opens(bytes.fromhex(tree["root"]), count, start, shown, siblings)
    expect(f"{where} valid", opening["valid"], valid)
    honest = count == len(leaves) and shown == leaves[start : start + len(shown)]
    if honest:
        same = siblings_of(leaves, start, len(shown)) == siblings
        expect(f"{where} siblings are the only ones", opening["valid"], same)


def check_trees(data):
    expect("tree sizes", [tree["count"] for tree in data["trees"]], [0, 1, 2, 3, 5, 256, 257])
    for tree in data["trees"]:
        leaves = [str(place).encode("ascii") for place in range(tree["count"])]
        where = f"tree of {tree['count']}"
        expect(f"{where} top", tree["top"], top_of(leaves).hex())
        expect(f"{where} root", tree["root"], root_of(leaves).hex())
        for place, opening in enumerate(tree["openings"]):
            check_opening(f"{where} opening {place}", tree, leaves, opening)
        kinds = {opening["valid"] for opening in tree["openings"]}
        expect(f"{where} kinds of openings", len(kinds), 2 if leaves else 0)


def check_hashes(data):
    running = bytes(32)
    for step in data["snapshot"]:
        root = bytes.fromhex(step["text_root"])
        running = h(running + U64(step["number"]) + U64(step["contribution"]) + root)
        expect(f"snapshot step {step['number']}", step["hash"], running.hex())
    secret = bytes.fromhex(data["secret"])
    for request in data["requests"]:
        computed = h(secret + request["body"].encode("utf-8"))
        expect(f"request {request['body']!r}", request["hash"], computed.hex())
    for leaf, salt in enumerate(data["salts"]):
        expect(f"salt {leaf}", salt, salt_of(secret, leaf).hex())
    for output in data["outputs"]:
        computed = output_root(secret, output["answer"].encode("utf-8"))
        expect(f"output of {output['answer'][:20]!r}", output["root"], computed.hex())


def check_texts(data):
    for place, form in enumerate(data["canonical"]):
        found, refused = canonical(bytes.fromhex(form["raw"]))
        where = f"text {place}"
        expect(f"{where} form", form.get("canonical"), found.hex() if found is not None else None)
        expect(f"{where} refusal", form.get("refused"), refused)
    records = [bytes.fromhex(record) for record in data["record_set"]["records"]]
    joined = b"".join(canonical(record)[0] + b"\n" for record in records)
    expect("record set", data["record_set"]["text"], joined.hex())
    for commitment in data["commitments"]:
        text = bytes(n * 7 % 251 for n in range(commitment["byte_length"]))
        where = f"commitment of {len(text)} bytes"
        expect(f"{where} root", commitment["text_root"], text_root(text).hex())
        leaves = chunks(text, 256)
        last = None
        if leaves:
            siblings = siblings_of(leaves, len(leaves) - 1, 1)
            last = {"leaf": leaves[-1].hex(), "siblings": [one.hex() for one in siblings]}
            opened = opens(text_root(text), len(leaves), len(leaves) - 1, leaves[-1:], siblings)
            expect(f"{where} opens", True, opened)
        expect(f"{where} last leaf", commitment["last_leaf"], last)


def check_duplicates(data):
    for place, one in enumerate(data["draws"]):
        positions = drawn_positions(
            bytes.fromhex(one["randomness"]), int(one["claim"]), one["byte_length"]
        )
        expect(f"draw {place}", one["positions"], positions)
    for place, one in enumerate(data["folds"]):
        kept = folded(bytes.fromhex(one["window"]))
        expect(f"folded window {place}", one["folded"], kept and kept.hex())
    kinds = set()
    for place, one in enumerate(data["openings"]):
        length, position, most = one["byte_length"], one["position"], one["most"]
        root, shown = bytes.fromhex(one["text_root"]), bytes.fromhex(one["bytes"])
        siblings = [bytes.fromhex(sibling) for sibling in one["siblings"]]
        window = opened_window(root, length, position, most, shown, siblings)
        expect(f"text opening {place}", one["window"], window and window.hex())
        kinds.add(window is None)
        if window is not None:
            text = bytes(n * 7 % 251 for n in range(length))
            expect(f"text opening {place} root", one["text_root"], text_root(text).hex())
            expect(f"text opening {place} bytes", window, text[position : position + most])
    expect("kinds of text openings", kinds, {False, True})


def corpus_of(listed):
    return {int(one["contribution"]): one["text"].encode("utf-8") for one in listed}


def check_spans(data):
    genesis = bytes.fromhex(data["genesis_hash"])
    for case in data["cases"]:
        answer, fee = case["answer"].encode("utf-8"), int(case["fee"])
        spans = valued(find_spans(corpus_of(case["corpus"]), answer), fee, len(answer))
        expect(f"spans of {case['name']!r}", case["spans"], spans)
        root = payload_root("Span", genesis, spans)
        expect(f"spans root of {case['name']!r}", case["spans_root"], root.hex())


def check_money(data):
    for place, price in enumerate(data["prices"]):
        expect(f"price {place}", price["fee"], decimal(price_fee(price)))
    for place, one in enumerate(data["splits"]):
        parts = split(int(one["amount"]), [int(share) for share in one["shares"]])
        shown = None if parts is None else [str(part) for part in parts]
        expect(f"split {place}", one["parts"], shown)
        if parts is not None:
            expect(f"split {place} sum", int(one["amount"]), sum(parts))
    for place, one in enumerate(data["span_values"]):
        value = int(one["fee"]) * one["length"] // one["bytes_out"]
        expect(f"span value {place}", one["value"], str(value))
    for place, one in enumerate(data["accruals"]):
        step = accrue(int(one["amount"]), int(one["residue"]), int(one["weight"]))
        expect(f"accrual {place}", [one["delta"], one["rest"]], [decimal(part) for part in step])
    for place, one in enumerate(data["touches"]):
        row = touch(*(int(one[name]) for name in ("points", "acc", "debt", "carry")))
        shown = [one["pay"], one["new_carry"], one["new_debt"]]
        expect(f"touch {place}", shown, [decimal(part) for part in row])
    for place, one in enumerate(data["page_payments"]):
        share, fee = int(one["data_share"]), int(one["fee"])
        totals = [int(total) for total in one["totals"]]
        paid = page_payments(share, fee, totals)
        base = base_of(share, fee, totals[-1] if totals else 0)
        expect(f"page payments {place}", one["payments"], [str(amount) for amount in paid])
        expect(f"page payments {place} base", one["base"], str(base))
        expect(f"page payments {place} sum", share, sum(paid) + base)


def check_pages(where, genesis, pages, part, fee):
    """part: the vectors' part with data_share, pages and base."""
    share, before, paid = int(part["data_share"]), 0, 0
    expect(f"{where} page count", len(part["pages"]), len(pages))
    for found, page in zip(part["pages"], pages):
        at = f"{where} page {page['page']}"
        totals = [int(entry["total"]) for entry in page["entries"]]
        payments = page_payments(share, fee, totals, before)
        expect(at, found["page"], page)
        expect(f"{at} hash", found["page_hash"], h(preimage("CreditPage", genesis, page)).hex())
        expect(f"{at} end", found["end_total"], str(totals[-1]))
        expect(f"{at} payments", found["payments"], [str(amount) for amount in payments])
        before, paid = totals[-1], paid + sum(payments)
    base = base_of(share, fee, before)
    expect(f"{where} base", part["base"], str(base))
    expect(f"{where} sum", share, paid + base)


def check_call(genesis, corpus, before, call):
    """Recomputes a call's record and spans from its answer; returns both."""
    record = call["record"]
    where = f"call {record['channel']}/{record['number']}"
    secret, answer = bytes.fromhex(call["secret"]), call["answer"].encode("utf-8")
    body, fee = call["body"].encode("utf-8"), int(record["fee"])
    spans = valued(find_spans(corpus, answer), fee, len(answer))
    computed = {
        "channel": record["channel"],
        "number": str(before["number"] + 1),
        "request_hash": h(secret + body).hex(),
        "output_root": output_root(secret, answer).hex(),
        "bytes_in": len(body),
        "bytes_out": len(answer),
        "flags": record["flags"],
        "fee": record["fee"],
        "fee_total": str(before["fee_total"] + fee),
        "matched_total": str(before["matched_total"] + matched_of(spans)),
        "spans_root": payload_root("Span", genesis, spans).hex(),
    }
    expect(f"{where} record", record, computed)
    expect(f"{where} spans", call["spans"], spans)
    return computed, spans


def state_after(records, calls):
    """What a channel has after its first calls."""
    if calls == 0:
        return {"number": 0, "fee_total": 0, "matched_total": 0}
    record = records[calls - 1]
    return {name: int(record[name]) for name in ("number", "fee_total", "matched_total")}


def check_row(genesis, row, voucher, records, settled):
    before, after = state_after(records, settled), state_after(records, len(records))
    computed = {
        "channel": records[0]["channel"],
        "from_calls": str(settled),
        "from_fee_total": str(before["fee_total"]),
        "from_matched_total": str(before["matched_total"]),
        "to_calls": str(len(records)),
        "fee_total": str(after["fee_total"]),
        "matched_total": str(after["matched_total"]),
        "range_root": payload_root("CallRecord", genesis, records).hex(),
    }
    expect(f"row of channel {computed['channel']}", row, computed)
    same = {name: computed[name] for name in ("channel", "fee_total", "matched_total")}
    same.update(calls=computed["to_calls"], range_root=computed["range_root"])
    expect(f"voucher of channel {computed['channel']}", voucher["voucher"], same)
    fee = after["fee_total"] - before["fee_total"]
    return fee, after["matched_total"] - before["matched_total"]


def span_credits(spans):
    values, before = [], 0
    for span in spans:
        values.append((int(span["contribution"]), int(span["value_total"]) - before))
        before = int(span["value_total"])
    return values


def check_story(genesis, story):
    corpus = corpus_of(story["corpus"])
    records, credits = {}, []
    for call in story["calls"]:
        channel = call["record"]["channel"]
        own = records.setdefault(channel, [])
        record, spans = check_call(genesis, corpus, state_after(own, len(own)), call)
        own.append(record)
        if int(record["number"]) > story["settled_calls"][channel]:
            credits.append((int(channel), int(record["number"]), span_credits(spans)))
    batch = story["batch"]
    channels = sorted(records, key=int)
    expect("channels", [row["channel"] for row in story["rows"]], channels)
    sums = [
        check_row(genesis, row, voucher, records[channel], story["settled_calls"][channel])
        for row, voucher, channel in zip(story["rows"], batch["vouchers"], channels)
    ]
    fee, matched = (sum(column) for column in zip(*sums))
    lines = credit_lines(credits)
    pages = credit_pages(batch["operator"], batch["model"], batch["sequence"], lines)
    expect("rows root", story["rows_root"], payload_root("BatchRow", genesis, story["rows"]).hex())
    expect("lines", story["lines"], lines)
    expect("batch fee", batch["fee_total"], str(fee))
    expect("batch matched", batch["matched"], str(matched))
    expect("batch matched is the last line's total", batch["matched"], lines[-1]["total"])
    expect("batch lines", batch["lines"], len(lines))
    expect("lines root", batch["lines_root"], payload_root("CreditLine", genesis, lines).hex())
    commitments = [
        {"page_hash": h(preimage("CreditPage", genesis, page)).hex(),
         "end_total": page["entries"][-1]["total"]}
        for page in pages
    ]
    expect("batch pages", batch["pages"], commitments)
    expect("batch hash", story["batch_hash"], h(preimage("UsageBatch", genesis, batch)).hex())
    check_pages("story", genesis, pages, story, fee)


def check_many(genesis, many):
    def call(channel, number, factor):
        spans = [(1 + n * factor % 700, n * factor % 4) for n in range(260)]
        return channel, number, spans

    lines = credit_lines([call(2, 8, 11), call(1, 9, 13)])
    pages = credit_pages(many["operator"], many["model"], many["sequence"], lines)
    expect("many: lines", many["lines"], len(lines))
    expect("many: matched", many["matched"], lines[-1]["total"])
    root = payload_root("CreditLine", genesis, lines)
    expect("many: lines root", many["lines_root"], root.hex())
    check_pages("many", genesis, pages, many, int(many["fee"]))


def check_batches(data):
    genesis = bytes.fromhex(data["genesis_hash"])
    check_story(genesis, data["story"])
    check_many(genesis, data["many_contributions"])


def check_signatures(data):
    genesis = bytes.fromhex(data["genesis_hash"])
    for place, one in enumerate(data["signatures"]):
        message = preimage(one["structure"], genesis, one["fields"])
        # A batch is signed over its hash, everything else over its preimage.
        message = h(message) if one["structure"] == "UsageBatch" else message
        expect(f"signature {place} message", one["message"], message.hex())
        lengths = [len(bytes.fromhex(one[name])) for name in ("public", "signature")]
        expect(f"signature {place} lengths", lengths, [32, 64])


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "vectors"
    present = sorted(path.stem for path in folder.glob("*.json"))
    expect("vector files", present, sorted(FILES))
    for name in FILES:
        before = checked
        try:
            data = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
            globals()[f"check_{name}"](data)
        except (OSError, ValueError, KeyError, IndexError, TypeError, OverflowError) as error:
            differences.append(f"{name}.json: {type(error).__name__}: {error}")
        print(f"{name}.json: {checked - before} values")
    for difference in differences:
        print(f"DIFFERS {difference}", file=sys.stderr)
    print(f"{checked} values checked, {len(differences)} differ")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
