use trace_runtime::timed;

#[timed(kind = "job")]
async fn sweep() {}

fn main() {}
