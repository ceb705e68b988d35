//! Shows the kept results.
//!
//! ```sh
//! cd benches
//! cargo run -p report             # updates docs/measured/speed.md and docs/speed.svg
//! cargo run -p report -- budget   # compares the results with the budget
//! ```

use std::{env, fs};

use report::{budget, path, picture, read, tables};
use serde_json::Value;

fn main() {
    let (speed, service) = (read("speed"), read("service"));
    match env::args().nth(1).as_deref() {
        None => update(&speed, &service),
        Some("budget") => budget::rows(&speed, &service).iter().for_each(show),
        Some(_) => panic!("not a command; see the head of main.rs"),
    }
}

fn update(speed: &Value, service: &Value) {
    const PAGE: &str = "docs/measured/speed.md";
    let text = fs::read_to_string(path(PAGE)).expect(PAGE);
    fs::write(path(PAGE), tables::updated(&text, speed, service)).expect(PAGE);
    fs::write(path("docs/speed.svg"), picture(speed, service)).expect("docs/speed.svg");
    println!("written: {PAGE}, docs/speed.svg");
}

fn show(row: &budget::Row) {
    let says = match row.measured {
        measured if measured <= row.should => "as it should be",
        measured if measured <= row.must => "as it must be",
        _ => "TOO MUCH",
    };
    let budget::Row { what, measured, must, should } = row;
    println!("{what:<60} {measured:>8.3}   must {must:>8.3}   should {should:>8.3}   {says}");
}
