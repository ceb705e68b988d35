use futures::stream::{self, Stream};
use trace_runtime::traced_handler;

#[traced_handler]
fn rows() -> impl Stream<Item = u8> {
    stream::empty()
}

fn main() {
    let _ = rows();
}
