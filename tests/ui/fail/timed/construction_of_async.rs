use trace_runtime::timed;

#[timed(construction)]
async fn load() {}

fn main() {
    let _ = load();
}
