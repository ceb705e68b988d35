use std::future::{Ready, ready};

use trace_runtime::timed;

struct Query;

impl IntoFuture for Query {
    type Output = u8;
    type IntoFuture = Ready<u8>;

    fn into_future(self) -> Ready<u8> {
        ready(1)
    }
}

#[timed]
fn query() -> Query {
    Query
}

fn main() {
    let _ = query();
}
