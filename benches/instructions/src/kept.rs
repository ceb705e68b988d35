//! The counts that are kept in the repository, in `instructions.json`.

use std::{collections::BTreeMap, fs, path::PathBuf};

use serde_json::{Value, json};

pub(crate) struct Kept {
    /// The tools that the counts depend on, by name, and their versions.
    pub(crate) tools: BTreeMap<String, String>,
    /// How many instructions one call takes.
    pub(crate) instructions: BTreeMap<String, u64>,
}

pub(crate) fn read() -> Kept {
    let text = fs::read_to_string(path()).unwrap_or_else(|_| "{}".to_owned());
    let kept: Value = serde_json::from_str(&text).expect("JSON");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let number = |value: &Value| value.as_u64().unwrap_or_default();
    Kept { tools: map(&kept["tools"], text), instructions: map(&kept["instructions"], number) }
}

fn map<T>(value: &Value, convert: impl Fn(&Value) -> T) -> BTreeMap<String, T> {
    let members = value.as_object().into_iter().flatten();
    members.map(|(key, value)| (key.clone(), convert(value))).collect()
}

pub(crate) fn write(kept: &Kept) {
    let value = json!({ "tools": kept.tools, "instructions": kept.instructions });
    let text = serde_json::to_string_pretty(&value).expect("JSON");
    fs::write(path(), text + "\n").expect("it can be written");
    println!("{value}");
}

fn path() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../instructions.json"))
}
