//! Panics on purpose: a suite full of them would bury one that is not.

use std::{
    panic::{self, PanicHookInfo},
    sync::Once,
};

/// How the message of a panic on purpose begins.
pub const ON_PURPOSE: &str = "on purpose";

/// Keeps standard error free of panics on purpose.
///
/// It must come before the runtime's own hook, which calls this one.
pub fn silence_panics_on_purpose() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !is_on_purpose(info) {
                before(info);
            }
        }));
    });
}

fn is_on_purpose(info: &PanicHookInfo<'_>) -> bool {
    info.payload_as_str().is_some_and(|message| message.starts_with(ON_PURPOSE))
}
