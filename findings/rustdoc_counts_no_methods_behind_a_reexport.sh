#!/usr/bin/env bash
# How many public items of a crate have an example, counted by rustdoc itself.
#
# Version: rustdoc 1.95.0 (59807616e); both ways of asking are unstable options.
# Seen: a type that is defined in a public module counts with its methods: one of
#   two items has an example. If the module is private and the type is
#   re-exported, which is how most crates are written, its methods are not
#   counted: `--show-coverage` says 100 %, and the lint
#   `missing_doc_code_examples` reports nothing. rustc's `missing_docs` sees a
#   method without documentation there.
# What it means: a check built on either finds nothing in exactly the crates that
#   have a designed surface. Read rustdoc's JSON instead, which has these methods.
set -euo pipefail
rustdoc --version | grep -q '^rustdoc 1\.95\.0 (59807616e' || {
    echo "this is about rustdoc 1.95.0 (59807616e), here is $(rustdoc --version)"
    exit 1
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export RUSTC_BOOTSTRAP=1

# Writes a crate whose type and method are in a module of this visibility.
crate() {
    cat > lib.rs << RUST
//! A crate.
$1mod shapes {
    //! Shapes.

    /// A circle.
    ///
    /// \`\`\`
    /// assert_eq!(1 + 1, 2);
    /// \`\`\`
    pub struct Circle;

    impl Circle {
        /// Has no example.
        pub fn area(&self) {}
    }
}
pub use shapes::Circle;
RUST
}

coverage() {
    rustdoc -Zunstable-options --show-coverage --edition 2021 lib.rs | awk '/Total/ { print $8, $10 }'
}

# Counts the methods that the lint reports.
reported() {
    rustdoc -Zcrate-attr='feature(rustdoc_missing_doc_code_examples)' \
        -Wrustdoc::missing_doc_code_examples --edition 2021 lib.rs 2>&1 |
        grep -c 'pub fn area' || true
}

crate 'pub '
open="$(coverage); reported: $(reported)"
crate ''
closed="$(coverage); reported: $(reported)"
json() {
    rustdoc -Zunstable-options --output-format json --edition 2021 lib.rs
    python3 -c '
import json
items = json.load(open("doc/lib.json"))["index"].values()
print([i["name"] for i in items if i["docs"] == "Has no example."])'
}
echo "in a public module:   $open"
echo "behind a re-export:   $closed"
echo "in the JSON of that:  $(json)"
[[ $open == *'reported: 1' ]]
[[ $closed == '1 100.0%; reported: 0' ]]
[[ $(json) == "['area']" ]]
echo "as described"
