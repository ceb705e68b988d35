//! For tests: captures lines in memory, and makes assertions about them.
//!
//! A [`Capture`] is the place where a test runs its code. It returns the lines
//! as text or parsed, draws them as a tree, and
//! [finds a request](Capture::assert_request) among them for assertions.
//! [`Seen`] keeps what observers are offered beside the lines.
//!
//! # Examples
//!
//! ```
//! use trace_runtime::{info, testing::Capture, traced_handler};
//!
//! #[traced_handler(fields(id))]
//! async fn get_order(id: u32) {
//!     info!("looking");
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let capture = Capture::new();
//! capture.scope(get_order(7)).await;
//! assert_eq!(capture.tree(), "get_order ok\n  \"looking\"\n");
//! capture.assert_request("get_order").outcome("ok").field("id", 7);
//! # }
//! ```

mod assert;
mod capture;
mod seen;
mod tree;

pub use self::{assert::AssertRequest, capture::Capture, seen::Seen};
