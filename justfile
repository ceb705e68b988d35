# What is done often, by name: `just`. Each recipe is one or two commands, so
# that it can also be typed.

[private]
default:
    @just --list --unsorted

# What must hold of a commit, in some minutes: format, lints, tests
check:
    cargo fmt --check
    cargo clippy --workspace --all-targets --all-features -- -D warnings
    cargo test --workspace

# All that is checked before a change is merged; takes half an hour
ci:
    .ci/run

# The tests whose names contain a text: `just test "a panic"`
test *names:
    cargo test --workspace {{ names }}

# The tests that are too slow for each run, but for the table of faults
slow:
    cargo test -p tests --test ui -- --ignored
    cargo test -p trace-tracing --test it -- --ignored

# Writes the outputs that are checked in anew; read what changed
bless:
    TRACE_BLESS=1 cargo test --workspace
    TRYBUILD=overwrite cargo test -p tests --test ui -- --ignored

# How fast a line and a service are, beside their peers: takes an hour
bench:
    cd benches && cargo run --release -p speed
    cd benches && cargo run --release -p service
    cd benches && cargo run -p report

# Counts the instructions of a line
count:
    cd benches && cargo run --release --quiet -p instructions

# The oldest compiler
msrv:
    .ci/msrv

# Each combination of features
features:
    .ci/features

# The oldest versions of dependencies
minimal:
    .ci/minimal

# The crates as they would be published
package:
    .ci/packages

# Publishes a version that was committed and tagged: see docs/releasing.md
release version: package
    git diff --quiet HEAD && git describe --exact-match --match "v{{ version }}"
    cargo publish --workspace

# Documentation as it will be published
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --all-features
    cargo doc -p trace-runtime --no-deps --all-features --open

# The newest versions of all dependencies, in each workspace
update:
    cargo update
    cd examples/sqlx && cargo update
    cd benches && cargo update
    cd benches/ends && cargo update
