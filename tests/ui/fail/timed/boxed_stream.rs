use futures::stream::{self, BoxStream};
use trace_runtime::timed;

#[timed]
fn rows() -> BoxStream<'static, u8> {
    Box::pin(stream::empty())
}

fn main() {
    let _ = rows();
}
