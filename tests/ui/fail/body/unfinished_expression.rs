use trace_runtime::timed;

#[timed]
async fn load(text: &str) -> usize {
    text.
}

fn main() {
    drop(load("1"));
}
