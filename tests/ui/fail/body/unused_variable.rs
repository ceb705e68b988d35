#![deny(unused_variables)]

use trace_runtime::timed;

#[timed]
async fn load(id: u64, name: String) -> usize {
    name.len()
}

fn main() {
    drop(load(1, String::new()));
}
