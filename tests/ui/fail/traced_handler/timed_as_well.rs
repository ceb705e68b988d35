use trace_runtime::{timed, traced_handler};

#[traced_handler]
#[timed]
async fn load() {}

fn main() {
    let _ = load();
}
