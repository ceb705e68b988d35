#!/usr/bin/env bash
# Values of a `baggage` header that is read, and sent on untouched.
#
# Version: opentelemetry and opentelemetry_sdk 0.33.1 (Rust), opentelemetry-api 1.45.2
#   (PyPI).
# Seen in Rust: `YWI=` is read and sent on as `YWI`: a value ends at its own `=`. `%2541`
#   is read as `%41` and sent on as `%41`, which the next service reads as `A`.
# Seen in Python: `1+1` is read as `1 1`, and `%20` sent on as `+`, which is a plus to
#   others. The property in `1;ttl=5` becomes a part of the value.
# Standard: W3C Baggage: `baggage-octet` includes `=` and `+`; `%` is sent as `%25`;
#   properties follow the value behind `;`.
# What it means: an id in Base64, a percentage or a name with a space is another one, one
#   or two services later.
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
use opentelemetry::{baggage::BaggageExt, propagation::TextMapPropagator};
use opentelemetry_sdk::propagation::BaggagePropagator;
use std::collections::HashMap;

fn main() {
    let propagator = BaggagePropagator::new();
    for (incoming, value, sent) in [
        ("a=YWI", "YWI", "a=YWI"),
        ("a=YWI=", "YWI", "a=YWI"),
        ("a=%2541", "%41", "a=%41"),
        ("a=%41", "A", "a=A"),
    ] {
        let header = HashMap::from([("baggage".to_owned(), incoming.to_owned())]);
        let context = propagator.extract(&header);
        let mut outgoing = HashMap::new();
        propagator.inject_context(&context, &mut outgoing);
        let seen = context.baggage().get("a").map(|value| value.as_str().to_owned());
        println!("Rust: {incoming} -> {seen:?} -> {}", outgoing["baggage"]);
        assert_eq!(seen.as_deref(), Some(value));
        assert_eq!(outgoing["baggage"], sent);
    }
}
RUST
cargo run --quiet
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check opentelemetry-api==1.45.2
cat > probe.py <<'PYTHON'
from opentelemetry import baggage
from opentelemetry.baggage.propagation import W3CBaggagePropagator

for incoming, value, sent in [
    ("a=YWI=", "YWI=", "a=YWI%3D"),
    ("a=1+1", "1 1", "a=1+1"),
    ("a=x%20y", "x y", "a=x+y"),
    ("a=1;ttl=5", "1;ttl=5", "a=1%3Bttl%3D5"),
]:
    outgoing = {}
    context = W3CBaggagePropagator().extract({"baggage": incoming})
    W3CBaggagePropagator().inject(outgoing, context)
    seen = baggage.get_baggage("a", context)
    print(f"Python: {incoming} -> {seen!r} -> {outgoing['baggage']}")
    assert (seen, outgoing["baggage"]) == (value, sent)
PYTHON
venv/bin/python probe.py
echo "as described"
