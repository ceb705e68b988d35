#!/usr/bin/env bash
# Installs what `tests/peers` exports to and writes for: a collector, an
# independent receiver, OpenTelemetry's SDK for Python, and the libraries of
# Google Cloud and Datadog, into a folder of the build.
set -euo pipefail
cd "$(dirname "$0")/../.."

folder=target/peers
if [ ! -e "$folder/done-2" ]; then
    python3 -m venv "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check \
        rotel==0.0.1a15 \
        opentelemetry-proto==1.45.2 \
        opentelemetry-sdk==1.45.2 \
        opentelemetry-exporter-otlp-proto-http==1.45.2 \
        google-cloud-logging==3.12.1 \
        ddtrace==4.16.0
    touch "$folder/done-2"
fi
