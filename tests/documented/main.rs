//! Names the public items that have no example that can fail.
//!
//! Reads what rustdoc writes as JSON, a file for each crate: see `.ci/examples`.
//!
//! ```sh
//! cargo run -p tests --bin documented -- target/doc/trace_log.json
//! ```

mod example;
mod items;

use std::{env, fs, process::ExitCode};

use self::{example::Example, items::Item};

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
    let reports: Vec<_> = items.iter().filter_map(report).collect();
    for report in &reports {
        println!("{report}");
    }
    println!("{}", summary(reports.len(), items.len()));
    ExitCode::from(u8::from(!reports.is_empty()))
}

/// Returns what an item misses.
fn report(Item { file, line, name, docs }: &Item) -> Option<String> {
    let missing = match Example::of(docs) {
        Example::None => "no example that is compiled",
        Example::Compiled => "no example that asserts, or has to panic or not to compile",
        Example::Asserting => return None,
    };
    Some(format!("{file}:{line} {name}: has {missing}"))
}

fn summary(without: usize, all: usize) -> String {
    match without {
        0 => format!("all {all} public items have an example that asserts"),
        1 => format!("1 of {all} public items has no example that asserts"),
        _ => format!("{without} of {all} public items have no example that asserts"),
    }
}

/// Returns the public items of the crate in a file, or a sentence about it.
fn of(file: &str) -> Result<Vec<Item>, String> {
    let json = fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    items::read(&json).map_err(|error| format!("{file}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_named_with_what_it_misses() {
        let item = |docs: &str| Item {
            file: "a.rs".to_owned(),
            line: 7,
            name: "shop::order".to_owned(),
            docs: docs.to_owned(),
        };
        let none = report(&item("Orders.")).unwrap();
        assert_eq!(none, "a.rs:7 shop::order: has no example that is compiled");
        let compiled = report(&item("```\norder();\n```\n")).unwrap();
        assert!(compiled.starts_with("a.rs:7 shop::order: has no example that asserts"));
        assert_eq!(report(&item("```\nassert!(order());\n```\n")), None);
    }

    #[test]
    fn the_last_line_is_a_sentence_for_each_number() {
        assert_eq!(summary(0, 512), "all 512 public items have an example that asserts");
        assert_eq!(summary(1, 512), "1 of 512 public items has no example that asserts");
        assert_eq!(summary(2, 512), "2 of 512 public items have no example that asserts");
    }
}
