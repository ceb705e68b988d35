use trace_runtime::{timed, traced_handler};

#[timed]
#[traced_handler]
async fn load() {}

fn main() {
    let _ = load();
}
