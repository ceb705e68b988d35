#!/usr/bin/env bash
# A `traceparent` of a version to come.
#
# Version: fastrace 0.7.19.
# Seen: `SpanContext::decode_w3c_traceparent` returns None for `01-…-01` and for
#   `cc-…-01-more`.
# Standard: W3C Trace Context, "Versioning of traceparent": a parser that meets a
#   higher version reads the parts that it knows, and continues the trace.
# What it means: once one caller sends a later version, each service on fastrace
#   begins a new trace without a word.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir src
cat > Cargo.toml <<'TOML'
[package]
name = "probe"
version = "0.0.0"
edition = "2021"

[dependencies]
fastrace = "=0.7.19"
TOML
cat > src/main.rs <<'RUST'
use fastrace::collector::SpanContext;

fn main() {
    let id = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    for (traceparent, is_read) in [
        (format!("00-{id}"), true),
        (format!("01-{id}"), false),
        (format!("cc-{id}-more"), false),
    ] {
        let read = SpanContext::decode_w3c_traceparent(&traceparent);
        println!("{traceparent} -> {read:?}");
        assert_eq!(read.is_some(), is_read);
    }
}
RUST
cargo run --quiet
echo "as described"
