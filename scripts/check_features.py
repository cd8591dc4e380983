#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that the crates of this workspace hand on the features they share with what they use.

    scripts/check_features.py

For each of the features below that one of our crates has, every normal or build dependency that
has a feature of that name must get it from ours (`name/feature` or `name?/feature`), unless it is
switched on already (listed, or among the defaults). Otherwise a no_std build drags std in, or a
try-runtime build leaves half of the checks out. Reads `cargo metadata`.
"""

import json
import subprocess
import sys

FEATURES = ("std", "try-runtime", "runtime-benchmarks")


def host():
    version = subprocess.run(["rustc", "-vV"], check=True, capture_output=True, text=True).stdout
    return next(line.split()[1] for line in version.splitlines() if line.startswith("host:"))


def metadata():
    command = [
        "cargo", "metadata", "--format-version", "1", "--all-features", "--filter-platform", host()
    ]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def closure(package, start):
    """Names of the package's own features that `start` switches on."""
    seen = set()
    waiting = list(start)
    while waiting:
        feature = waiting.pop()
        if feature in seen or feature not in package["features"]:
            continue
        seen.add(feature)
        waiting.extend(package["features"][feature])
    return seen


def resolved(node, packages, dependency):
    """The package a declared dependency stands for; None if this platform doesn't use it."""
    for link in node["deps"]:
        package = packages[link["pkg"]]
        if package["name"] != dependency["name"]:
            continue
        extern = (dependency["rename"] or "").replace("-", "_")
        if not extern or link["name"] == extern:
            return package
    return None


def already_on(package, dependency, feature):
    start = list(dependency["features"])
    if dependency["uses_default_features"]:
        start.append("default")
    return feature in closure(package, start)


def offences(crate, node, packages):
    for feature in FEATURES:
        if feature not in crate["features"]:
            continue
        handed_on = set()
        for own in closure(crate, [feature]):
            handed_on.update(entry.replace("?/", "/") for entry in crate["features"][own])
        for dependency in crate["dependencies"]:
            if dependency["kind"] == "dev":
                continue
            package = resolved(node, packages, dependency)
            if package is None or feature not in package["features"]:
                continue
            name = dependency["rename"] or dependency["name"]
            if already_on(package, dependency, feature):
                continue
            if dependency["kind"] == "build" or f"{name}/{feature}" in handed_on:
                continue
            yield f'{crate["name"]}: feature `{feature}` lacks "{name}/{feature}"'


def main():
    data = metadata()
    packages = {package["id"]: package for package in data["packages"]}
    nodes = {node["id"]: node for node in data["resolve"]["nodes"]}
    failed = 0
    for member in data["workspace_members"]:
        for text in sorted(set(offences(packages[member], nodes[member], packages))):
            print(text)
            failed += 1
    print(f'{len(data["workspace_members"])} crates read, {failed} offences')
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
