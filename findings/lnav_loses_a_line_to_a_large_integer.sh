#!/usr/bin/env bash
# A JSON line with an integer that needs 64 bits without a sign.
#
# Version: lnav 0.11.1 (Debian lnav 0.11.1-3).
# Seen: of three lines that differ in one number, the one with 9223372036854775808
#   (valid JSON, RFC 8259 section 6 sets no limit) is shown as text with
#   "parse error: integer overflow", and in SQL its other fields, such as the
#   trace id, are NULL.
# What it means: one counter beyond 2^63 - 1 hides a whole line from queries.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -q lnav=0.11.1-3 &> /dev/null
dpkg-deb -x lnav_*.deb root
export HOME="$folder" PATH="$folder/root/usr/bin:$PATH"
lnav -V | grep -F 'lnav 0.11.1'
cat > format.json <<'FORMAT'
{
  "$schema": "https://lnav.org/schemas/format-v1.schema.json",
  "probe_log": {
    "title": "probe", "json": true,
    "timestamp-field": "timestamp", "level-field": "level", "body-field": "message",
    "line-format": [{"field": "__timestamp__"}, " ", {"field": "message"}],
    "value": {"n": {"kind": "integer"}, "trace_id": {"kind": "string", "identifier": true}}
  }
}
FORMAT
lnav -i format.json &> /dev/null
time='"timestamp":"2026-11-22T18:03:15.805473Z","level":"INFO"'
printf '{%s,"message":"m","trace_id":"%s","n":%s}\n' \
    "$time" a 9223372036854775807 "$time" b 9223372036854775808 "$time" c 3 > service.log
seen=$(lnav -n -c ';select trace_id, n from probe_log' -c ':write-csv-to -' service.log)
echo "$seen"
diff <(echo "$seen") - <<'EXPECTED'
trace_id,n
a,9223372036854775807
<NULL>,<NULL>
c,3
EXPECTED
lnav -n service.log | grep -F 'parse error: integer overflow'
echo "as described"
