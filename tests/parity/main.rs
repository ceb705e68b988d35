//! An attribute does not change what the compiler says of the code below it.
//!
//! The same code is compiled without the attribute and with it, in each form
//! that it can take, and what rustc and clippy say is compared word for word,
//! place for place. What differs is listed, with the reason: `lints` looks at
//! code that is taken, `carets` at code that is not.
//!
//! What a compiler says changes from release to release, so all this is tried
//! where `rustc --version` is the one in `ui/RUSTC`.

mod carets;
mod lints;
mod mistakes;
mod project;

use std::process::Command;

/// Whether the compiler is the one whose words were compared when the lists
/// were made.
fn is_recorded_compiler() -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().expect("rustc runs");
    let recorded = include_str!("../ui/RUSTC").trim();
    let is_recorded = String::from_utf8_lossy(&output.stdout).trim() == recorded;
    if !is_recorded {
        println!("skipped: the lists are for {recorded:?}");
    }
    is_recorded
}

/// Writes an attribute into the places that are marked for one. Lines stay
/// where they are.
fn annotated(source: &str, attribute: &str) -> String {
    source.replace("#[annotated]", attribute)
}
