#!/usr/bin/env bash
# A logfmt line with an empty value in quotes.
#
# Version: lnav 0.11.1 (Debian lnav 0.11.1-3).
# Seen: of three lines that differ in one value, `user=""` ends the line for lnav: what
#   stands behind it, here a message and two fields, is NULL in SQL. With `user=x` and
#   with `user=` all is read. The screen shows the whole line.
# What it means: a query for `status = 500` misses the lines whose user is empty.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -q lnav=0.11.1-3 &> /dev/null
dpkg-deb -x lnav_*.deb root
export HOME="$folder" PATH="$folder/root/usr/bin:$PATH"
lnav -V | grep -F 'lnav 0.11.1'
for user in 'user=x' 'user=' 'user=""'; do
    echo "time=\"2026-01-01T00:00:00.000Z\" level=error path=/a $user msg=late status=500 part=3"
done > service.log
seen=$(lnav -n -c ";SELECT fields ->> 'path' AS path, log_body, fields ->> 'status' AS status,
    fields ->> 'part' AS part FROM logfmt_log" -c ':write-csv-to -' service.log)
echo "$seen"
diff <(echo "$seen") - <<'EXPECTED'
path,log_body,status,part
/a,late,500,3
/a,late,500,3
/a,<NULL>,<NULL>,<NULL>
EXPECTED
[ "$(lnav -n service.log | grep -c 'msg=late status=500')" = 3 ]
echo "as described"
