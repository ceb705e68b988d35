use trace_runtime::timed;

#[timed(cancelled)]
async fn next() {}

fn main() {}
