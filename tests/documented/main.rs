//! Names the public items that have no example that is compiled.
//!
//! Reads what rustdoc writes as JSON, a file for each crate: see `.ci/examples`.
//!
//! ```sh
//! cargo run -p tests --bin documented -- target/doc/trace_log.json
//! ```

mod example;
mod items;

use std::{env, fs, process::ExitCode};

use self::{example::is_compiled, items::Item};

fn main() -> ExitCode {
    let files: Vec<_> = env::args().skip(1).collect();
    let found: Result<Vec<_>, String> = files.iter().map(|file| of(file)).collect();
    let items = match found {
        Ok(items) => items.concat(),
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    let without: Vec<_> = items.iter().filter(|item| !is_compiled(&item.docs)).collect();
    for Item { file, line, name, .. } in &without {
        println!("{file}:{line} {name}: has no example");
    }
    println!("{} of {} public items have no example", without.len(), items.len());
    ExitCode::from(u8::from(!without.is_empty()))
}

/// Returns the public items of the crate in a file, or a sentence about it.
fn of(file: &str) -> Result<Vec<Item>, String> {
    let json = fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    items::read(&json).map_err(|error| format!("{file}: {error}"))
}
