//! Classifies a return type: whether the value may be an error, and whether the
//! work is done when the function returns or is still to be done.
//!
//! An alias of the user's is a value like any other.

use syn::{PathSegment, ReturnType, Signature, Type};

use super::{
    lazy::{Lazy, lazy},
    types::{last_segment, peel},
};

/// What a function returns.
pub(crate) enum Returns<'a> {
    /// `()`, written or not.
    Nothing,
    /// `!`
    Never,
    /// Work that is still to be done.
    Lazy(Lazy<'a>),
    /// A value that cannot be an error.
    Success,
    /// Any other type.
    Value,
}

impl<'a> Returns<'a> {
    /// Classifies the return type under `construction`: work is a value like
    /// any other.
    pub(crate) fn of_construction(signature: &'a Signature) -> Self {
        match (Self::of(signature), &signature.output) {
            (Self::Lazy(_), ReturnType::Type(_, ty)) => Self::finished(peel(ty)),
            (returns, _) => returns,
        }
    }

    /// Classifies the return type.
    pub(crate) fn of(signature: &'a Signature) -> Self {
        let ReturnType::Type(_, ty) = &signature.output else { return Self::Nothing };
        match peel(ty) {
            Type::Never(_) => Self::Never,
            ty if is_unit(ty) => Self::Nothing,
            // An `async fn` has done its work, even if its output is a future.
            ty if signature.asyncness.is_some() => Self::finished(ty),
            ty => lazy(ty).map_or_else(|| Self::finished(ty), Self::Lazy),
        }
    }

    fn finished(ty: &Type) -> Self {
        if is_no_error(ty) { Self::Success } else { Self::Value }
    }
}

/// Returns whether the value, or the output of an `async fn`, may be a future.
pub(crate) fn returns_awaitable(signature: &Signature) -> bool {
    let ReturnType::Type(_, ty) = &signature.output else { return false };
    lazy(peel(ty)).is_some() || last_segment(ty).is_some_and(is_awaitable)
}

/// Returns whether a type of this name is probably a future.
fn is_awaitable(segment: &PathSegment) -> bool {
    let name = segment.ident.to_string();
    name.ends_with("Future")
        || name.ends_with("Handle")
        || ["Pending", "PollFn", "Ready", "Receiver", "Shared", "Sleep"].contains(&name.as_str())
}

/// Returns whether the type is `()`.
pub(crate) fn is_unit(ty: &Type) -> bool {
    matches!(peel(ty), Type::Tuple(tuple) if tuple.elems.is_empty())
}

/// Returns whether no value of the type is an error: the type has no name, or
/// one that no alias of `Result` has.
fn is_no_error(ty: &Type) -> bool {
    const NAMES: [&str; 20] = [
        "Option", "String", "Vec", "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8",
        "isize", "str", "u128", "u16", "u32", "u64", "u8", "usize",
    ];
    match ty {
        Type::Path(path) => match path.path.segments.first() {
            Some(name) if path.path.segments.len() == 1 => NAMES.iter().any(|it| name.ident == it),
            _ => false,
        },
        ty => matches!(ty, Type::Array(_) | Type::Ptr(_) | Type::Reference(_) | Type::Tuple(_)),
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens as _;

    use super::*;

    fn described(ty: &str) -> syn::Result<String> {
        let signature = syn::parse_str(&format!("fn f() {ty}"))?;
        Ok(match Returns::of(&signature) {
            Returns::Nothing => "nothing".to_owned(),
            Returns::Never => "never".to_owned(),
            Returns::Success => "success".to_owned(),
            Returns::Value => "value".to_owned(),
            Returns::Lazy(Lazy::Other { what, .. }) => what.to_owned(),
            Returns::Lazy(Lazy::Future { boxed, output, .. }) => {
                format!("future boxed={boxed} {}", output.to_token_stream())
            }
        })
    }

    #[test]
    fn a_return_type_says_when_the_work_is_done() -> syn::Result<()> {
        for (written, meaning) in [
            ("", "nothing"),
            ("-> ()", "nothing"),
            ("-> !", "never"),
            ("-> u8", "success"),
            ("-> (&str, [u8; 4])", "success"),
            ("-> Option<Row>", "success"),
            ("-> other::Option<Row>", "value"),
            ("-> Result<u8, Error>", "value"),
            ("-> Self", "value"),
            ("-> impl Future<Output = u8> + Send", "future boxed=false u8"),
            ("-> impl std::future::Future", "future boxed=false "),
            ("-> Pin<Box<dyn Future<Output = u8> + Send + 'a>>", "future boxed=true u8"),
            (
                "-> ::core::pin::Pin<::std::boxed::Box<dyn ::core::future::Future<Output = u8>>>",
                "future boxed=true u8",
            ),
            ("-> BoxFuture<'_, u8>", "future boxed=true u8"),
            ("-> Box<dyn Future<Output = u8> + Unpin>", "future"),
            ("-> impl Stream<Item = u8>", "stream"),
            ("-> Pin<Box<dyn Stream<Item = u8>>>", "stream"),
            ("-> BoxStream<'static, u8>", "stream"),
            ("-> Box<dyn Display>", "value"),
            ("-> (impl Future<Output = u8>, usize)", "future"),
            ("-> Result<impl Future<Output = u8>, Error>", "future"),
            ("-> Result<u8, BoxFuture<'static, u8>>", "value"),
            ("-> Option<BoxFuture<'static, u8>>", "future"),
            ("-> Box<Pin<Box<dyn Future<Output = u8>>>>", "future"),
            ("-> [Pin<Box<dyn Future<Output = u8>>>; 2]", "future"),
            ("-> Timeout<impl Future>", "future"),
            ("-> Sender<BoxFuture<'static, u8>>", "value"),
            ("-> impl IntoFuture<Output = u8>", "future"),
            ("-> impl Iterator<Item = impl Future>", "future"),
            ("-> impl Service<u8, Future = impl Future>", "value"),
            ("-> (impl Stream, u8)", "stream"),
            ("-> Result<BoxStream<'static, u8>, Error>", "stream"),
            ("-> &BoxFuture<'static, u8>", "success"),
            ("-> Box<dyn Fn() -> BoxFuture<'static, u8>>", "value"),
        ] {
            assert_eq!(described(written)?, meaning, "{written}");
        }
        Ok(())
    }
}
