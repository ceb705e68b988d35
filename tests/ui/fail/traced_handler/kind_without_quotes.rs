use trace_runtime::traced_handler;

#[traced_handler(kind = job)]
async fn sweep() {}

fn main() {}
