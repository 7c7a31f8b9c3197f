#!/usr/bin/env python3
"""Writes the bill of materials of the program as it is shipped (CycloneDX 1.6, JSON) to standard output; needs no network.

    python3 scripts/sbom.py > retain.cdx.json

What is in it comes from Cargo.lock and from `cargo tree` for this machine's target, with the default features; crates
that only tests and benches use are not. The engine is C++ inside of a crate: it and what it carries are listed below
that. No clock and no chance: the same sources give the same bytes.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


def tree(edges):
    """What depends on what: (name, version) to its licence and the crates right below it."""
    out = subprocess.run(
        [os.environ.get("CARGO", "cargo"), "tree", "--locked", "--offline", "--edges", edges, "--prefix", "depth", "--format", "\t{p}\t{l}\t{r}"],
        cwd=PROJECT, check=True, capture_output=True, text=True).stdout
    found, above = {}, []
    for line in out.splitlines():
        depth, package, licence, repository = line.split("\t")
        name, version = re.match(r"(\S+) v(\S+)", package).groups()
        key = (name, version)
        del above[int(depth):]
        if above:
            found[above[-1]]["needs"].add(key)
        above.append(key)
        # Said once more, a crate has its dependencies left out.
        repository = repository.removesuffix(" (*)").strip()
        found.setdefault(key, {"licence": licence.removesuffix(" (*)").strip(), "repository": repository, "needs": set()})
    return found


def reference(key):
    return f"pkg:cargo/{key[0]}@{key[1]}"


def licences(expression):
    # Older crates part alternatives by a stroke.
    return [{"expression": re.sub(r"\s*/\s*", " OR ", expression)}] if expression else []


def engine(version):
    """The C++ in the crate: 1.20000.1 binds version 2.0.0."""
    number = int(version.split(".")[1])
    release = f"{number // 10000}.{number // 100 % 100}.{number % 100}"
    carried = set()
    home = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo"))
    for packed in sorted(home.glob(f"registry/src/*/libduckdb-sys-{version}/duckdb.tar.gz"))[:1]:
        with tarfile.open(packed) as sources:
            for path in sources.getnames():
                inside = re.search(r"third_party/([A-Za-z0-9_-]+)/", path)
                if inside:
                    carried.add(inside.group(1))
    if not carried:
        # Without this, a crate that packs its sources in another way would make a bill that says less and looks whole.
        sys.exit(f"nothing found in {home}/registry/src/*/libduckdb-sys-{version}/duckdb.tar.gz: what the engine carries is not known")
    return {
        "type": "library", "bom-ref": f"duckdb@{release}", "name": "DuckDB", "version": release,
        "purl": f"pkg:github/duckdb/duckdb@v{release}", "licenses": [{"license": {"id": "MIT"}}],
        "components": [
            {"type": "library", "bom-ref": f"duckdb@{release}/{name}", "name": name, "description": "carried in the engine's sources"}
            for name in sorted(carried)],
    }


def main():
    lock = tomllib.loads((PROJECT / "Cargo.lock").read_text(encoding="utf-8"))
    checksums = {(p["name"], p["version"]): p.get("checksum") for p in lock["package"]}
    linked, all_of_it = tree("normal"), tree("normal,build")
    own = tomllib.loads((PROJECT / "Cargo.toml").read_text(encoding="utf-8"))["package"]
    root = (own["name"], own["version"])
    components = []
    for key in sorted(all_of_it):
        if key == root:
            continue
        crate = all_of_it[key]
        component = {
            "type": "library", "bom-ref": reference(key), "name": key[0], "version": key[1], "purl": reference(key),
            # What only builds, and is not in what was built.
            "scope": "required" if key in linked else "excluded",
            "licenses": licences(crate["licence"]),
        }
        if checksums.get(key):
            component["hashes"] = [{"alg": "SHA-256", "content": checksums[key]}]
        if crate["repository"].startswith("https://"):
            component["externalReferences"] = [{"type": "vcs", "url": crate["repository"]}]
        if key[0] == "libduckdb-sys":
            component["components"] = [engine(key[1])]
        components.append(component)
    for font in sorted((PROJECT / "assets" / "fonts").glob("*.ttf")):
        components.append({
            "type": "file", "bom-ref": font.name, "name": font.name, "licenses": [{"license": {"id": "OFL-1.1"}}],
            "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(font.read_bytes()).hexdigest()}],
        })
    json.dump({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {"component": {
            "type": "application", "bom-ref": reference(root), "name": root[0], "version": root[1],
            "licenses": licences(own["license"])}},
        "components": components,
        "dependencies": [
            {"ref": reference(key), "dependsOn": sorted(reference(k) for k in all_of_it[key]["needs"])} for key in sorted(all_of_it)],
    }, sys.stdout, indent=1, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main()
