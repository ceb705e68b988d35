use trace_runtime::traced_handler;

#[traced_handler(construction)]
async fn get() {}

fn main() {
    let _ = get();
}
