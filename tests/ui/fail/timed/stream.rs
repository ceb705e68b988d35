use futures::stream::{self, Stream};
use trace_runtime::timed;

#[timed]
fn rows() -> impl Stream<Item = u8> {
    stream::empty()
}

fn main() {
    let _ = rows();
}
