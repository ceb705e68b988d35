#!/usr/bin/env bash
# Installs what `tests/peers` exports to: a collector, an independent receiver
# and OpenTelemetry's SDK for Python, into a folder of the build.
set -euo pipefail
cd "$(dirname "$0")/../.."

folder=target/peers
if [ ! -e "$folder/done" ]; then
    python3 -m venv "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check \
        rotel==0.0.1a15 \
        opentelemetry-proto==1.45.2 \
        opentelemetry-sdk==1.45.2 \
        opentelemetry-exporter-otlp-proto-http==1.45.2
    touch "$folder/done"
fi
