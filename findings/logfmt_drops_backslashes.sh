#!/usr/bin/env bash
# Lines that a library writes, and reads again itself.
#
# Version: logfmt 0.4 (PyPI), which reads and writes.
# Seen: it writes `C:\temp` as `path="C:\temp" user="ann"`, and reads of this one field,
#   `path`, with the value `C:temp" user=`, and a flag `ann`. Of a value in quotes it
#   drops every backslash, and takes the next quote, however far behind, as escaped.
# Also seen: the escapes that other writers use, `\n` and `\\`, swallow the next field
#   in the same way.
# What it means: a line with a backslash loses the fields behind it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check logfmt==0.4
cat > probe.py <<'PYTHON'
import logfmt


def read(line):
    fields = next(logfmt.parse([line]))
    print(line, "->", fields)
    return fields


def again(fields):
    return read(next(logfmt.format(fields)))


assert again({"path": "/temp", "user": "ann"}) == {"path": "/temp", "user": "ann"}
assert again({"path": r"C:\temp", "user": "ann"}) == {"path": 'C:temp" user=', "ann": True}
assert again({"path": r"C:\temp"}) == {"path": True}
assert read(r'msg="a \"b\"" user="ann"') == {"msg": 'a "b"', "user": "ann"}
assert read(r'msg="a\nb" user="ann"') == {"msg": 'anb" user=', "ann": True}
assert read(r'msg="a\\b" user="ann"') == {"msg": 'ab" user=', "ann": True}
PYTHON
venv/bin/python probe.py
echo "as described"
