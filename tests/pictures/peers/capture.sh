#!/usr/bin/env bash
# Writes anew what the others show of the story of `docs/console`. Needs cargo,
# Python and node; what it installs is below `target/pictures`.
set -euo pipefail
cd "$(dirname "$0")"

root=../../..
docs=$root/docs/console
here=$(pwd)
folder=$root/target/pictures
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

CARGO_TARGET_DIR=$folder/tracing cargo run --quiet --manifest-path tracing/Cargo.toml \
    >"$docs/tracing.ansi"

python3 -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet --disable-pip-version-check structlog==26.1.0
"$folder/python/bin/python" structlog_story.py >"$docs/structlog.ansi"

npm install --silent --no-audit --no-fund --prefix "$folder/node" pino@10.4.0 pino-pretty@13.2.0
NODE_PATH=$folder/node/node_modules node pino_story.js |
    NODE_PATH=$folder/node/node_modules "$folder/node/node_modules/.bin/pino-pretty" --colorize \
        >"$docs/pino.ansi"

# Where it stands on this machine is no part of the story.
sed -i "s|$here/|/shop/|g; s|$folder|/shop|g" "$docs"/{tracing,structlog,pino}.ansi
