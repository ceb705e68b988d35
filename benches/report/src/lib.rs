//! The results: kept as JSON, shown as tables and as a picture.

pub mod budget;
pub mod machine;
pub mod numbers;
mod picture;
pub mod tables;

use std::{fs, path::PathBuf};

use serde_json::Value;

pub use self::picture::picture;

/// Returns the path of a file in the repository.
pub fn path(in_repository: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(in_repository)
}

/// Returns the kept results.
pub fn read(name: &str) -> Value {
    let path = path(&format!("benches/results/{name}.json"));
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).expect("JSON")
}

/// Keeps results, with one row on each line.
pub fn write(name: &str, measured: &Value, rows: &[Value]) {
    let rows: Vec<String> = rows.iter().map(|row| format!("  {row}")).collect();
    let text = format!("{{\"measured\": {measured},\n\"rows\": [\n{}\n]}}\n", rows.join(",\n"));
    let path = path(&format!("benches/results/{name}.json"));
    fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    println!("written: benches/results/{name}.json");
}
