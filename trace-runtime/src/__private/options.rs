//! The options of the attributes, as an editor completes them.
//!
//! An attribute that does not know an option names it below one of these
//! modules, by the macro `__options!`. rust-analyzer then offers what the module
//! holds, with its documentation. Nothing is named there for rustc.

/// The options of `#[traced_handler]`.
pub mod traced_handler {
    pub use super::{cancelled, carry, err, fields, kind, level, name, slow, target, trace_id};
}

/// The options of `#[timed]`.
pub mod timed {
    pub use super::{cancelled, construction, err, fields, level, name, slow, target};
}

/// `name = "…"`: the name on the line, instead of the function's.
pub mod name {}

/// `target = "…"`: the target, which filters go by, instead of the module's
/// path.
pub mod target {}

/// `level = "debug"`: the level of the line on success, instead of `"info"`.
pub mod level {}

/// `trace_id = …`: the id of the trace, from the arguments, instead of a new
/// one.
pub mod trace_id {}

/// `fields(user_id, rows = n + 1, error = %e)`: fields for the line.
pub mod fields {}

/// `carry(user_id, tenant = %t)`: fields for every line of the trace.
pub mod carry {}

/// `err = off`, `err = debug`, `err = .0`, `err = |error| …`: what the line says
/// about an error.
pub mod err {}

/// `slow = "250ms"`: a call that takes longer is a warning with `"slow":true`.
pub mod slow {}

/// `cancelled = "off"`: the level of the line of a cancelled call, or no line.
pub mod cancelled {}

/// `kind = "job"`: for work that serves no request.
pub mod kind {}

/// `construction`: the function returns a future or a stream, and only building
/// it is timed.
pub mod construction {}
