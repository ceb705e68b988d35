//! `#[napi]` puts the attributes below it on the callback, too, which it writes
//! for the engine. In both orders, that has no step of its own.

use napi_derive::napi;
use trace_runtime::{testing::Capture, timed, traced_handler};

#[napi]
#[timed]
pub fn below(a: u32, b: u32) -> u32 {
    a + b
}

#[timed]
#[napi]
pub fn above(a: u32, b: u32) -> u32 {
    a + b
}

#[napi]
#[traced_handler(fields(id))]
pub async fn load_below(id: u32) -> napi::Result<u32> {
    Ok(id)
}

#[traced_handler(fields(id))]
#[napi]
pub async fn load_above(id: u32) -> napi::Result<u32> {
    Ok(id)
}

#[napi]
pub struct Counter(u32);

#[napi]
impl Counter {
    #[napi(constructor)]
    #[timed]
    pub fn new(start: u32) -> Self {
        Self(start)
    }

    #[napi]
    #[timed(fields(by))]
    pub fn add(&mut self, by: u32) -> u32 {
        self.0 += by;
        self.0
    }
}

#[tokio::test]
async fn each_call_is_one_step() {
    let capture = Capture::new();
    let calls = async {
        assert_eq!(below(1, 2) + above(1, 2), Counter::new(4).add(2));
        assert_eq!(load_below(1).await.unwrap(), load_above(1).await.unwrap());
    };
    capture.scope(calls).await;
    let expected = "below ok\nabove ok\nnew ok\nadd ok\nload_below ok\nload_above ok\n";
    assert_eq!(capture.tree(), expected);
}

/// Only the engine can call a callback. That one compiles whose attribute asks for
/// a function that is `async`, and for a variable that it has not, says that the
/// attribute left it alone.
#[test]
fn the_callback_is_left_alone() {
    let _: [unsafe extern "C" fn(_, _) -> _; 2] = [below_c_callback, load_below_c_callback];
}
