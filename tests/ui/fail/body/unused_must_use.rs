#![deny(unused_must_use)]

use trace_runtime::timed;

#[timed]
async fn load(text: &str) -> Result<(), std::io::Error> {
    text.parse::<u64>();
    Ok(())
}

fn main() {
    drop(load("1"));
}
