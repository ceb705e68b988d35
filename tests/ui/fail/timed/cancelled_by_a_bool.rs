use trace_runtime::timed;

#[timed(cancelled = true)]
async fn next() {}

fn main() {}
