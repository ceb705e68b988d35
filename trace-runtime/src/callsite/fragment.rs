//! The constant parts of a line, as JSON text made by the compiler.

/// Makes a constant part of a line. Text that needs no escape is concatenated
/// by the compiler, at no cost. Other text is rendered by `Fragment`, which
/// takes rustc a thousand times as long.
#[doc(hidden)]
#[macro_export]
macro_rules! __fragment {
    (plain module) => { $crate::__private::module_path!() };
    (plain $text:literal) => { $text };
    (plain ($text:expr)) => { $text };
    (target module) => {
        $crate::__private::concat!(",\"target\":\"", $crate::__private::module_path!(), "\"")
    };
    (target $text:literal) => { $crate::__private::concat!(",\"target\":\"", $text, "\"") };
    (target ($text:expr)) => { $crate::__fragment!(@ ",\"target\":\"", $text, "\"") };
    (name $text:literal) => { $crate::__private::concat!(",\"name\":\"", $text, "\"") };
    (name ($text:expr)) => { $crate::__fragment!(@ ",\"name\":\"", $text, "\"") };
    (key $text:literal) => { $crate::__private::concat!(",\"", $text, "\":") };
    (key ($text:expr)) => { $crate::__fragment!(@ ",\"", $text, "\":") };
    (message _) => { $crate::__private::None };
    (message $text:literal) => {
        $crate::__private::Some($crate::__private::concat!(",\"message\":\"", $text, "\""))
    };
    (message ($text:expr)) => {
        $crate::__private::Some($crate::__fragment!(@ ",\"message\":\"", $text, "\""))
    };
    (@ $before:literal, $text:expr, $after:literal) => {{
        const __TR_PART: $crate::__private::Fragment = $crate::__private::Fragment {
            before: $before,
            text: $text,
            after: $after,
        };
        const __TR_TEXT: [u8; __TR_PART.len()] = __TR_PART.render();
        $crate::__private::text(&__TR_TEXT)
    }};
}

/// The constant keys of fields that are recorded late.
#[doc(hidden)]
#[macro_export]
macro_rules! __keys {
    [$($key:tt),*] => { &[$($crate::__private::fragment!(key $key)),*] };
}
