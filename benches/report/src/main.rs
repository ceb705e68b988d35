//! Brings README.md and the picture up to date with the kept results.
//!
//! ```sh
//! cd benches && cargo run -p report
//! ```

use std::fs;

use report::{path, picture, read, readme};

fn main() {
    let (speed, service) = (read("speed"), read("service"));
    let file = path("README.md");
    let text = fs::read_to_string(&file).expect("README.md");
    fs::write(file, readme::updated(&text, &speed, &service)).expect("README.md");
    fs::write(path("docs/speed.svg"), picture(&speed, &service)).expect("docs/speed.svg");
    println!("written: README.md, docs/speed.svg");
}
