use futures::future::BoxFuture;
use trace_runtime::timed;

#[timed]
fn upload() -> Option<BoxFuture<'static, u8>> {
    Some(Box::pin(async { 1 }))
}

fn main() {
    let _ = upload();
}
