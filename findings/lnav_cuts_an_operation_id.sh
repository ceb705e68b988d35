#!/usr/bin/env bash
# A JSON log format of lnav whose operation id is shown shortened.
#
# Version: lnav 0.11.1 (Debian lnav 0.11.1-3).
# Seen: `max-width` in `line-format` says how many characters of a field the screen
#   shows. For the field that is `opid-field` it also cuts the value: in SQL,
#   `log_opid` is what is shown.
# What it means: operations whose ids begin alike become one, and none is found by its
#   whole id.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -q lnav=0.11.1-3 &> /dev/null
dpkg -x lnav_*.deb .
./usr/bin/lnav -V | grep -F 'lnav 0.11.1'

cat > log.jsonl <<'LOG'
{"time":"2026-01-01T00:00:00.000Z","level":"info","msg":"one","op":"20260101-aaaa"}
{"time":"2026-01-01T00:00:01.000Z","level":"info","msg":"two","op":"20260101-bbbb"}
LOG

# Prints the ids that SQL sees, given the `line-format` entry of the id.
ids() {
    mkdir -p home/.config/lnav/formats/installed
    cat > home/.config/lnav/formats/installed/ops_log.json <<FORMAT
{"ops_log": {"json": true, "timestamp-field": "time", "level-field": "level", "body-field": "msg",
 "opid-field": "op", "line-format": [{"field": "__timestamp__"}, " ", $1, " ", {"field": "msg"}],
 "value": {"op": {"kind": "string", "identifier": true}}}}
FORMAT
    HOME=$folder/home ./usr/bin/lnav -n -c ';SELECT log_opid FROM ops_log' -c ':write-csv-to -' \
        log.jsonl | tail -n +2 | tr '\n' ' '
}

whole=$(ids '{"field": "op"}')
cut=$(ids '{"field": "op", "max-width": 8, "overflow": "truncate"}')
echo "shown whole:    $whole"
echo "with max-width: $cut"
[ "$whole" = "20260101-aaaa 20260101-bbbb " ] && [ "$cut" = "20260101 20260101 " ]
echo "as described"
