use trace_runtime::timed;

#[timed(cancelled = "never")]
async fn next() {}

fn main() {}
