//! `docs/measured/speed.md` shows what was measured: its tables are what the
//! kept results give, and so is the picture.

use std::{fs, path::Path};

use serde_json::Value;

#[path = "../benches/report/src/picture.rs"]
mod picture;
#[path = "../benches/report/src/tables.rs"]
mod tables;

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn results(name: &str) -> Value {
    serde_json::from_str(&read(&format!("benches/results/{name}.json"))).unwrap()
}

#[test]
fn the_page_shows_what_was_measured() {
    let shown = read("docs/measured/speed.md");
    let expected = tables::updated(&shown, &results("speed"), &results("service"));
    assert!(shown == expected, "in `benches`: cargo run -p report");
}

#[test]
fn the_picture_shows_what_was_measured() {
    let expected = picture::picture(&results("speed"), &results("service"));
    assert!(read("docs/speed.svg") == expected, "in `benches`: cargo run -p report");
}

#[test]
fn no_line_was_lost_and_ours_is_among_those_measured() {
    for name in ["speed", "service"] {
        let results = results(name);
        let rows = results["rows"].as_array().unwrap();
        let is_ours = |row: &&Value| row["contestant"].as_str().unwrap().starts_with("ours");
        assert!(rows.iter().any(|row| is_ours(&row)), "{name}");
        assert!(rows.iter().filter(is_ours).all(|row| row["lost"] == 0.0), "{name}");
    }
}
