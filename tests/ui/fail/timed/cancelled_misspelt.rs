use trace_runtime::timed;

#[timed(canceled = "debug")]
async fn next() {}

fn main() {}
