//! The values that fields may hold.
//!
//! The event macros and the attributes turn each field into a [`Value`] through
//! [`ToValue`]. User code names these types only if the keys of a line are
//! known at run time, as in a [`DynamicEvent`](crate::DynamicEvent), or if the
//! code is generic over the values that it logs.
//!
//! # Examples
//!
//! ```
//! use trace_runtime::{field::ToValue, info, testing::Capture};
//!
//! fn log_setting(value: impl ToValue) {
//!     info!(value, "read a setting");
//! }
//!
//! let capture = Capture::new();
//! capture.run(|| log_setting(8080));
//! assert_eq!(capture.values()[0]["value"], 8080);
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
    covered::Covered,
    sums::Countable,
    value::{ToValue, Value},
};
