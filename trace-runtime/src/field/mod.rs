//! What a field may hold.
//!
//! The event macros and the attributes make a [`Value`] of each field by
//! [`ToValue`]. Code names these only where the keys of a line are known at run
//! time, as those of a [`DynamicEvent`](crate::DynamicEvent), or where it is
//! generic over what it logs.
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
