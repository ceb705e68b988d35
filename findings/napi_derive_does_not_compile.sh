#!/usr/bin/env bash
# Two crates of one project whose requirements allow more than what compiles.
#
# Version: napi-derive 3.6.0 and 3.7.0, napi-derive-backend 6.1.2 and 6.1.6, napi 3.4.0
#   and 3.16.1.
# Seen: napi-derive 3.6.0 asks for napi-derive-backend "6.0.0" and compiles with 6.1.2,
#   not with 6.1.6, which cargo chooses: patch releases moved to another convert_case and
#   another syn, whose types are in functions that napi-derive calls.
# Also seen: what napi-derive 3.7.0 writes compiles with napi 3.16.1, not with 3.4.0: it
#   names `NativeBorrowBarrier`, which 3.4.0 lacks. napi-derive does not depend on napi,
#   so `napi = "3"` and `napi-derive = "3"` allow the pair.
# Standard: Cargo's rules for versions: a patch release does not break its callers.
# What it means: to update one of them alone, or to pin one, can break a build.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir src
cat > src/lib.rs <<'RUST'
#[napi_derive::napi]
pub fn one() -> u32 {
    1
}
RUST

# Compiles with the versions of napi, napi-derive and its backend, and keeps the output.
compiles() {
    cat > Cargo.toml <<TOML
[package]
name = "probe"
version = "0.0.0"
edition = "2021"

[lib]
crate-type = ["cdylib"]

[dependencies]
napi = { version = "=$1", default-features = false, features = ["napi4"] }
napi-derive = { version = "=$2", default-features = false }
napi-derive-backend = { version = "=$3", default-features = false }
TOML
    rm -f Cargo.lock
    cargo check --quiet &> output
}

compiles 3.16.1 3.6.0 6.1.2
echo "napi-derive 3.6.0, backend 6.1.2: compiles"
if compiles 3.16.1 3.6.0 6.1.6; then false; fi
grep -F 'could not compile `napi-derive`' output
compiles 3.16.1 3.7.0 7.0.0
echo "napi-derive 3.7.0, napi 3.16.1: compiles"
if compiles 3.4.0 3.7.0 7.0.0; then false; fi
grep -F 'cannot find `NativeBorrowBarrier` in `bindgen_prelude`' output
echo "as described"
