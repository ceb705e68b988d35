use trace_runtime::timed;

#[timed(skip(id))]
fn load(id: u64) {
    let _ = id;
}

fn main() {
    load(1);
}
