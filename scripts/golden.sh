#!/usr/bin/env bash
# Keeps a small database of this version in tests/it/golden, for the tests of later ones; at each release.
#
#   scripts/golden.sh PATH/TO/retain
set -euo pipefail
program=$(realpath "${1:?the program}")
project=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

version=$("$program" --version | cut -d' ' -f2)
run() { "$program" "$@" --db shop.duckdb --today 2026-01-02 --lang zh --quiet; }
run import "$project"/data-samples/small/*.csv
run score
run list --out lists --for 2026-01-05
run report month --out reports
run report year --year 2025 --out reports
run compact
mkdir -p "$project/tests/it/golden"
gzip -9 -n -c shop.duckdb >"$project/tests/it/golden/$version.duckdb.gz"
ls -l "$project/tests/it/golden/$version.duckdb.gz"
