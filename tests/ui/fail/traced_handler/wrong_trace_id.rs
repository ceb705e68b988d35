use trace_runtime::traced_handler;

#[traced_handler(trace_id = 5)]
async fn get() {}

fn main() {
    let _ = get();
}
