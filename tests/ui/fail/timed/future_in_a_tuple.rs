use trace_runtime::timed;

#[timed]
fn upload() -> (impl Future<Output = u8>, usize) {
    (async { 1 }, 2)
}

fn main() {
    let _ = upload();
}
