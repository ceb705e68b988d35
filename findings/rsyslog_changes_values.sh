#!/usr/bin/env bash
# JSON lines on their way through rsyslog's parser.
#
# Version: rsyslog 8.2302.0 (Debian 8.2302.0-1+deb12u2) with libfastjson.
# Seen: `mmjsonparse` takes "Level" and "level" for one key (the later value wins,
#   also if it is of another type), and turns the integer 9223372036854775808
#   into 9223372036854775807. Both lines count as parsed.
# What it means: a service's own field `Level` replaces the severity that alerts
#   go by, and a large counter is wrong by any amount without a word.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -q rsyslog=8.2302.0-1+deb12u2 libfastjson4 libestr0 liblognorm5 &> /dev/null
for package in *.deb; do dpkg-deb -x "$package" root; done
library=$(echo root/usr/lib/*-linux-gnu)
cat > rsyslog.conf <<CONF
global(workDirectory="$folder")
module(load="imfile" mode="polling" pollingInterval="1")
module(load="mmjsonparse")
template(name="all" type="list") {
  property(name="parsesuccess") constant(value=" ") property(name="\$!all-json") constant(value="\n")
}
input(type="imfile" File="$folder/service.log" Tag="probe" addMetadata="off" ruleset="parse")
ruleset(name="parse") {
  action(type="mmjsonparse" cookie="")
  action(type="omfile" file="$folder/parsed.log" template="all")
}
CONF
printf '%s\n' '{"level":"ERROR","Level":3}' '{"n":9223372036854775808}' > service.log
export LD_LIBRARY_PATH="$folder/$library"
root/usr/sbin/rsyslogd -v | head -n 1
timeout 6 root/usr/sbin/rsyslogd -n -M "$folder/$library/rsyslog" -f rsyslog.conf -i "$folder/pid" || true
cat parsed.log
diff parsed.log - <<'EXPECTED'
OK { "level": 3 }
OK { "n": 9223372036854775807 }
EXPECTED
echo "as described"
