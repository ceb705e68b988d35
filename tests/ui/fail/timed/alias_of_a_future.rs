use futures::future::BoxFuture;
use trace_runtime::timed;

type Reply = BoxFuture<'static, u8>;

#[timed]
fn load() -> Reply {
    Box::pin(async { 1 })
}

fn main() {
    let _ = load();
}
