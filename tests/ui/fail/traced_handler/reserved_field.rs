use trace_runtime::traced_handler;

#[traced_handler(fields(status = 200))]
async fn get() {}

fn main() {
    let _ = get();
}
