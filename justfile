# Each recipe is a command that could be typed. `just --list` names them.

# The folder that all builds share; `.ci/run` uses the same.
export CARGO_TARGET_DIR := env("CARGO_TARGET_DIR", env("XDG_CACHE_HOME", env("HOME") / ".cache") / "retain/target")

[private]
default:
    @just --list

# Fetch a ready-made DuckDB library and run the unit tests against it: the inner loop, seconds instead of minutes
dev-lib *FILTER:
    DUCKDB_LIB_DIR="$(scripts/dev-lib.sh)" cargo test --no-default-features --lib {{FILTER}}

# Build the program as it is shipped (the first time compiles DuckDB)
build:
    cargo build --release --locked

# All that must hold before a commit
check: fmt clippy test

# Formatting
fmt:
    cargo fmt --check

# Lints, as errors
clippy:
    cargo clippy --release --locked --all-targets -- -D warnings

# All tests, or those whose name contains NAME
test NAME="":
    cargo test --release --locked {{NAME}}

# The long runs: a thousand plays of each size, a million mutated files and ten thousand workbooks, kills, full disks, damaged files and logs; some hours, needs Python
long:
    cargo test --release --locked -- --ignored --nocapture
    cargo build --release --locked
    python3 -m venv "$CARGO_TARGET_DIR/faults" && "$CARGO_TARGET_DIR/faults/bin/pip" install --quiet duckdb==2.0.0
    "$CARGO_TARGET_DIR/faults/bin/python" scripts/faults.py --program "$CARGO_TARGET_DIR/release/retain"
    "$CARGO_TARGET_DIR/faults/bin/python" scripts/places.py --program "$CARGO_TARGET_DIR/release/retain"

# What each stage costs, or those whose id contains NAME; sizes by RETAIN_BENCH_VEHICLES=1000,100000
bench NAME="":
    cargo bench --locked --package retain-benches -- {{NAME}}

# The main job on the sample department, into demo/
demo:
    cargo run --release --locked -- demo

# Licences, sources and doubled versions of the dependencies
deny:
    cargo deny check licenses bans sources

# The bill of materials of what is shipped (CycloneDX), from the lock file; needs Python 3.11 and no network
sbom:
    python3 scripts/sbom.py > "$CARGO_TARGET_DIR/retain.cdx.json"

# What goes with a release: the program, its bill of materials, its database for the tests of later versions; known faults of dependencies need a network
release: build sbom
    scripts/golden.sh "$CARGO_TARGET_DIR/release/retain"
    cargo deny check

# Make data-samples/department again: the same bytes, or the generator has changed
sample:
    cargo run --release --locked -- generate --vehicles 1700 --seed 7 --from 2023-01-01 --to 2025-12-31 --lang zh --out data-samples/department
