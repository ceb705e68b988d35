#!/usr/bin/env bash
# Numbers that are none, in OTLP as JSON.
#
# Version: opentelemetry-proto 0.33.1 (Rust), feature `with-serde`; the messages of
#   opentelemetry-proto 1.45.2 with protobuf 6.33.2 (PyPI), which are Google's own.
# Seen: Google's parser writes a NaN as `{"doubleValue":"NaN"}`. The crate refuses that:
#   "invalid type: string "NaN", expected f64", and with it the whole request. It writes a
#   NaN of its own as `{"doubleValue":null}`, which it reads as no value at all.
# Standard: the OTLP specification takes the JSON mapping of proto3: a double is a number,
#   or one of "NaN", "Infinity" and "-Infinity".
# What it means: one attribute of 0.0 / 0.0 in a batch, and a receiver in Rust answers
#   that none of its spans can be read.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
    opentelemetry-proto==1.45.2 protobuf==6.33.2
cat > write.py <<'PYTHON'
from google.protobuf import json_format
from opentelemetry.proto.common.v1.common_pb2 import AnyValue

for number in [0.5, float("nan"), float("inf"), float("-inf")]:
    print(json_format.MessageToJson(AnyValue(double_value=number), indent=None))
PYTHON
venv/bin/python write.py | tee written.jsonl
mkdir src
cat > Cargo.toml <<'TOML'
[package]
name = "probe"
version = "0.0.0"
edition = "2021"

[dependencies]
opentelemetry-proto = { version = "=0.33.1", default-features = false, features = ["gen-tonic-messages", "with-serde"] }
serde_json = "1"
TOML
cat > src/main.rs <<'RUST'
use opentelemetry_proto::tonic::common::v1::{AnyValue, any_value::Value};

fn main() {
    let written = std::fs::read_to_string("written.jsonl").unwrap();
    let read: Vec<_> = written.lines().map(serde_json::from_str::<AnyValue>).collect();
    for (line, read) in written.lines().zip(&read) {
        println!("Rust: {line} -> {read:?}");
    }
    assert_eq!(read[0].as_ref().unwrap().value, Some(Value::DoubleValue(0.5)));
    assert!(read[1..].iter().all(|read| read.is_err()));

    let nan = AnyValue { value: Some(Value::DoubleValue(f64::NAN)) };
    let text = serde_json::to_string(&nan).unwrap();
    let back: AnyValue = serde_json::from_str(&text).unwrap();
    println!("Rust: NaN -> {text} -> {back:?}");
    assert_eq!((&*text, back.value), ("{\"doubleValue\":null}", None));
}
RUST
cargo run --quiet
echo "as described"
