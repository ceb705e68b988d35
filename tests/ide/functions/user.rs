//! What the functions with macros use, and macros as one would write them that
//! take what ours take, and do nothing.

/// A user of the shop.
#[derive(Clone, Debug)]
pub struct User {
    /// The name, as it is shown.
    pub name: String,
    pub age: u32,
}

macro_rules! event {
    (@ $(%)? $($key:ident).+ = $value:expr $(, $($rest:tt)*)?) => {
        { let _ = &$value; event!(@ $($($rest)*)?) }
    };
    (@ $($key:ident).+ = $(%)? $value:expr $(, $($rest:tt)*)?) => {
        { let _ = &$value; event!(@ $($($rest)*)?) }
    };
    (@ $($key:ident).+ = $(?)? $value:expr $(, $($rest:tt)*)?) => {
        { let _ = &$value; event!(@ $($($rest)*)?) }
    };
    (@ $message:literal $(, $($rest:tt)*)?) => { { let _ = format_args!($message $(, $($rest)*)?); } };
    (@ % $value:expr $(, $($rest:tt)*)?) => { { let _ = &$value; event!(@ $($($rest)*)?) } };
    (@ $value:expr $(, $($rest:tt)*)?) => { { let _ = &$value; event!(@ $($($rest)*)?) } };
    (@) => { () };
    ($($event:tt)*) => { event!(@ $($event)*) };
}
macro_rules! count_request {
    ($key:ident += $value:expr) => { { let _ = &$value; } };
}
macro_rules! step {
    ($name:literal, fields($key:ident = $value:expr), $body:block) => { { let _ = &$value; $body } };
    ($name:literal, { $($body:tt)* }) => { { $($body)* } };
    ($name:literal, $body:expr) => { $body };
}
pub(crate) use {count_request, event, event as debug, event as error, event as info, event as record, event as warn, step};
