//! Decides whether a return type may be, or hold, a future that is not written
//! out.
//!
//! If it may, the runtime looks for one by the type.

use syn::{Type, TypePath};

use super::{
    erased::has_opaque,
    types::{contents, is_container, peel},
};

/// What the names in a type without written work may hide.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hidden {
    Nothing,
    /// A future, or a type that holds one.
    Future,
    /// The same, and a boxed future is timed to its end: the user cannot write
    /// out an associated type, such as `Self::Future`.
    BoxedFuture,
}

impl Hidden {
    pub(crate) fn of(ty: &Type) -> Self {
        // The body cannot name an opaque type for the runtime to look at.
        if has_opaque(ty) || !may_hide(ty) {
            return Self::Nothing;
        }
        match peel(ty) {
            Type::Path(path) if is_of_a_trait(path) => Self::BoxedFuture,
            _ => Self::Future,
        }
    }
}

/// Returns whether this is `Self::Future`, `<S as Service>::Future`, or has a
/// name like these.
fn is_of_a_trait(path: &TypePath) -> bool {
    let segments = &path.path.segments;
    let is_of_self = segments.len() > 1 && segments.first().is_some_and(|it| it.ident == "Self");
    let name = segments.last().map(|it| it.ident.to_string()).unwrap_or_default();
    path.qself.is_some() || is_of_self || name.ends_with("Future") || name.ends_with("Fut")
}

/// Types that are known not to be futures.
#[rustfmt::skip]
const PLAIN: &[&str] = &[
    "Duration", "Instant", "String", "SystemTime", "Uuid", "bool", "char", "f32", "f64", "i128",
    "i16", "i32", "i64", "i8", "isize", "str", "u128", "u16", "u32", "u64", "u8", "usize",
];

/// Returns whether there is an unknown name in the type. A reference hides no
/// work: its target existed before the call.
fn may_hide(ty: &Type) -> bool {
    match peel(ty) {
        Type::Array(array) => may_hide(&array.elem),
        Type::Slice(slice) => may_hide(&slice.elem),
        Type::Tuple(tuple) => tuple.elems.iter().any(may_hide),
        Type::Path(path) => path.path.segments.last().is_none_or(|segment| {
            let name = segment.ident.to_string();
            match contents(segment) {
                contents if is_container(&name) && !contents.is_empty() => {
                    contents.into_iter().any(may_hide)
                }
                _ => !PLAIN.contains(&name.as_str()),
            }
        }),
        Type::Macro(_) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_hide_a_future_is_a_name_that_is_not_known() -> syn::Result<()> {
        for (written, expected) in [
            ("u8", Hidden::Nothing),
            ("std::time::Duration", Hidden::Nothing),
            ("Option<(String, [u8; 4])>", Hidden::Nothing),
            ("Result<u8, Error>", Hidden::Nothing),
            ("&'a Row", Hidden::Nothing),
            ("Option<impl Display>", Hidden::Nothing),
            ("Result<Row, Error>", Hidden::Future),
            ("io::Result<Vec<Row>>", Hidden::Future),
            ("fmt::Result", Hidden::Future),
            ("(u8, JoinHandle<()>)", Hidden::Future),
            ("Box<dyn Display>", Hidden::Nothing),
            ("HashMap<u8, u8>", Hidden::Future),
            ("Self", Hidden::Future),
            ("Self::Future", Hidden::BoxedFuture),
            ("<S as Service<R>>::Response", Hidden::BoxedFuture),
            ("S::Fut", Hidden::BoxedFuture),
            ("ReplyFuture", Hidden::BoxedFuture),
            ("(Self::Future, u8)", Hidden::Future),
        ] {
            assert!(Hidden::of(&syn::parse_str(written)?) == expected, "{written}");
        }
        Ok(())
    }
}
