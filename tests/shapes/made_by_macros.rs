//! Functions whose parts come out of a `macro_rules`, some in invisible groups.

macro_rules! functions {
    ($visibility:vis $name:ident, $sync:ident, $ty:ty, $body:block, $value:expr, $text:literal) => {
        #[trace_runtime::timed(name = $text, fields(value = $value, $text = $value))]
        $visibility async fn $name(_first: $ty, second: $ty) -> $ty {
            trace_runtime::info!(value = $value, $text);
            second
        }

        #[trace_runtime::timed]
        #[must_use]
        $visibility fn $sync(_first: &$ty) -> $ty $body
    };
}

functions!(pub asynchronous, sync, u8, { 1 + 1 }, 3 + 4, "text");
functions!(pub(in crate::made_by_macros) by_reference, by_reference_sync, &'static str, { "a" }, "b".len(), "other");

/// Calls what no other code can.
pub async fn called() -> &'static str {
    by_reference("a", by_reference_sync(&"b")).await
}

macro_rules! annotated {
    ($item:item) => {
        #[trace_runtime::timed]
        $item
    };
}

annotated! {
    pub async fn whole(x: u8) -> Result<u8, String> {
        if x == 0 {
            return Err("none".to_owned());
        }
        Ok(x)
    }
}

/// What `err` is given comes in an invisible group, too.
macro_rules! explained {
    ($by_path:ident, $path:path, $by_closure:ident, $closure:expr) => {
        #[trace_runtime::timed(err = $path)]
        pub async fn $by_path(x: u8) -> Result<u8, Failed> {
            x.checked_add(1).ok_or(Failed)
        }

        /// # Errors
        ///
        /// If there is no next number.
        #[trace_runtime::timed(err = $closure)]
        pub fn $by_closure(x: u8) -> Result<u8, Failed> {
            x.checked_add(1).ok_or(Failed)
        }
    };
}

pub struct Failed;

const fn text(_: &Failed) -> &'static str {
    "failed"
}

explained!(explained_by_a_path, crate::made_by_macros::text, explained_by_a_closure, |_| "failed");
explained!(explained_by_a_name, text, explained_by_nothing, off);
