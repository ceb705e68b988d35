//! What a field may hold.
//!
//! The event macros and the attributes make a [`Value`] of each field by
//! [`ToValue`]. Code names this module only where it passes values on: a type of
//! its own that is to be a field, or a line whose keys are known at run time
//! ([`DynamicEvent`](crate::DynamicEvent)).
//!
//! # Examples
//!
//! ```
//! use trace_runtime::{field::{ToValue, Value}, info, testing::Capture};
//!
//! struct UserId(u32);
//!
//! impl ToValue for UserId {
//!     fn to_value(&self) -> Value<'_> {
//!         self.0.to_value()
//!     }
//! }
//!
//! let capture = Capture::new();
//! capture.run(|| info!(user = UserId(7), "asking"));
//! assert_eq!(capture.values()[0]["user"], 7);
//! ```

pub(crate) mod carried;
pub(crate) mod causes;
pub(crate) mod covered;
pub(crate) mod encode;
pub(crate) mod kept;
pub(crate) mod limits;
pub(crate) mod nested;
pub(crate) mod shown;
pub(crate) mod sums;
pub(crate) mod value;

pub use self::{
    covered::{Covered, Public},
    sums::Countable,
    value::{ToValue, Value},
};
