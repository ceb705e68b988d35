#!/usr/bin/env bash
# The level of a logfmt line whose time is not in quotes.
#
# Version: lnav 0.11.1 (Debian lnav 0.11.1-3).
# Seen: lnav takes both files for `logfmt_log`, and reads the time of each line. Behind
#   a time in quotes, `level=error` is an error; behind the same time without quotes,
#   every line has the level `info`, quoted or not, in SQL and for its filters.
# What it means: writers that quote only what needs it have no errors in lnav, and
#   `:set-min-log-level error` hides all their lines.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -q lnav=0.11.1-3 &> /dev/null
dpkg-deb -x lnav_*.deb root
export HOME="$folder" PATH="$folder/root/usr/bin:$PATH"
lnav -V | grep -F 'lnav 0.11.1'

# Prints the format, the second and the level that SQL sees of each line of a file.
levels() {
    lnav -n -c ";SELECT log_format, strftime('%S', log_time) AS second, log_level FROM logfmt_log" \
        -c ':write-csv-to -' "$1" | tail -n +2 | tr '\n' ' '
}

cat > bare.log <<'LOG'
time=2026-01-01T00:00:03.000Z level=error msg=one n=1
time=2026-01-01T00:00:04.000Z level=warn msg=two n=2
time=2026-01-01T00:00:05.000Z level="error" msg=three n=3
LOG
sed -E 's/time=([^ ]+)/time="\1"/' bare.log > quoted.log
quoted=$(levels quoted.log)
bare=$(levels bare.log)
echo "quoted: $quoted"
echo "bare:   $bare"
[ "$quoted" = "logfmt_log,03,error logfmt_log,04,warning logfmt_log,05,error " ]
[ "$bare" = "logfmt_log,03,info logfmt_log,04,info logfmt_log,05,info " ]
count() {
    lnav -n -c ':set-min-log-level error' "$1" | wc -l
}
echo "lines shown from the level error on: $(count quoted.log) and $(count bare.log)"
[ "$(count quoted.log)" = 2 ] && [ "$(count bare.log)" = 0 ]
echo "as described"
