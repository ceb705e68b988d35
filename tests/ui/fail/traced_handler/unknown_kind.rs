use trace_runtime::traced_handler;

#[traced_handler(kind = "jobs")]
async fn sweep() {}

fn main() {}
