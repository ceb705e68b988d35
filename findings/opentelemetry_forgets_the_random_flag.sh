#!/usr/bin/env bash
# The flags of a `traceparent` that is continued.
#
# Version: opentelemetry and opentelemetry_sdk 0.33.1.
# Seen: `00-…-03` (sampled, and the trace id's last seven bytes are random) comes
#   in, `00-…-01` goes out; `-02` becomes `-00`.
# Standard: W3C Trace Context level 2, "random-trace-id flag": a service that
#   continues a trace passes the flag on as it came.
# What it means: behind such a service, samplers that rely on the id's randomness
#   see an id that does not promise it.
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
opentelemetry = { version = "=0.33.1", default-features = false, features = ["trace"] }
opentelemetry_sdk = { version = "=0.33.1", default-features = false, features = ["trace"] }
TOML
cat > src/main.rs <<'RUST'
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use std::collections::HashMap;

fn main() {
    let propagator = TraceContextPropagator::new();
    for (flags, sent) in [("01", "01"), ("03", "01"), ("02", "00")] {
        let id = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7";
        let incoming = HashMap::from([("traceparent".to_owned(), format!("{id}-{flags}"))]);
        let mut outgoing = HashMap::new();
        propagator.inject_context(&propagator.extract(&incoming), &mut outgoing);
        println!("{flags} -> {}", outgoing["traceparent"]);
        assert_eq!(outgoing["traceparent"], format!("{id}-{sent}"));
    }
}
RUST
cargo run --quiet
echo "as described"
