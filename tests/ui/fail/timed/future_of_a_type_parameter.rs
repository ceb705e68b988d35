use trace_runtime::timed;

#[timed]
fn same<F: Future>(future: F) -> F {
    future
}

fn main() {
    let _ = same(std::future::ready(1));
}
