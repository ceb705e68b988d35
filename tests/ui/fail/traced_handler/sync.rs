use trace_runtime::traced_handler;

#[traced_handler]
fn get() {}

fn main() {
    get();
}
