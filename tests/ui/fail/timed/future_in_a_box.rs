use std::pin::Pin;

use trace_runtime::timed;

#[timed]
fn upload() -> Box<Pin<Box<dyn Future<Output = u8>>>> {
    Box::new(Box::pin(async { 1 }))
}

fn main() {
    let _ = upload();
}
