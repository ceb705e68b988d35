use std::future::{Ready, ready};

use trace_runtime::timed;

trait Service {
    type Future: Future<Output = u8>;

    fn call(&mut self) -> Self::Future;
}

impl Service for u8 {
    type Future = Ready<u8>;

    #[timed]
    fn call(&mut self) -> Self::Future {
        ready(*self)
    }
}

fn main() {
    let _ = 1.call();
}
