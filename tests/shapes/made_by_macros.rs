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
