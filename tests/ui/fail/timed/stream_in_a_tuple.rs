use futures::stream::{self, Stream};
use trace_runtime::timed;

#[timed]
fn rows() -> (impl Stream<Item = u8>, usize) {
    (stream::empty(), 0)
}

fn main() {
    let _ = rows();
}
