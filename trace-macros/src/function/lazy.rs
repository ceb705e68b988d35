//! Which types are work that is yet to be done when a function returns?
//!
//! Those that are written as a future or a stream, or hold one. Behind a name of
//! the user's nothing is known: there the runtime looks, by the type.

use proc_macro2::Span;
use syn::punctuated::Punctuated;
use syn::{GenericArgument, PathArguments, PathSegment, Token, Type, TypeParamBound, TypePath};

use super::erased::has_opaque;

/// Work that is yet to be done when the function returns.
pub(crate) enum Lazy<'a> {
    /// `impl Future`, or `Pin<Box<dyn Future>>`.
    Future {
        boxed: bool,
        place: Span,
        /// What the future ends with, where it is written.
        output: Option<&'a Type>,
    },
    /// What cannot be wrapped: a stream, a box that can be moved out of, or what
    /// holds either.
    Other { what: &'static str, place: Span },
}

/// What may be hidden behind the names in a type that is not lazy itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hidden {
    Nothing,
    /// A future, as it is or in something else.
    Future,
    /// The same, and if it is in a box, it can be timed: the type of a trait, such
    /// as `Self::Future`, is not the author's to write out.
    BoxedFuture,
}

impl Hidden {
    pub(crate) fn of(ty: &Type) -> Self {
        // An opaque type cannot be named in the body, to be looked at.
        if has_opaque(ty) || !may_hide(ty) {
            return Self::Nothing;
        }
        match peel(ty) {
            Type::Path(path) if is_of_a_trait(path) => Self::BoxedFuture,
            _ => Self::Future,
        }
    }
}

/// `Self::Future`, `<S as Service>::Future`, or what is called like them.
fn is_of_a_trait(path: &TypePath) -> bool {
    let segments = &path.path.segments;
    let is_of_self = segments.len() > 1 && segments.first().is_some_and(|it| it.ident == "Self");
    let name = segments.last().map(|it| it.ident.to_string()).unwrap_or_default();
    path.qself.is_some() || is_of_self || name.ends_with("Future") || name.ends_with("Fut")
}

/// Whether a value of the type may be a future, or hold one: there is a name in it
/// that we do not know. What is borrowed was there before.
fn may_hide(ty: &Type) -> bool {
    const PLAIN: [&str; 22] = [
        "Duration",
        "Instant",
        "String",
        "SystemTime",
        "Uuid",
        "bool",
        "char",
        "f32",
        "f64",
        "i128",
        "i16",
        "i32",
        "i64",
        "i8",
        "isize",
        "str",
        "u128",
        "u16",
        "u32",
        "u64",
        "u8",
        "usize",
    ];
    match peel(ty) {
        Type::Array(array) => may_hide(&array.elem),
        Type::Slice(slice) => may_hide(&slice.elem),
        Type::Tuple(tuple) => tuple.elems.iter().any(may_hide),
        Type::Path(path) => path.path.segments.last().is_none_or(|segment| {
            let name = segment.ident.to_string();
            match held(segment) {
                held if is_holder(&name) && !held.is_empty() => held.into_iter().any(may_hide),
                _ => !PLAIN.contains(&name.as_str()),
            }
        }),
        Type::Macro(_) => true,
        _ => false,
    }
}

/// What is known by its name to hold values of its type argument.
fn is_holder(name: &str) -> bool {
    const NAMES: [&str; 9] =
        ["Arc", "Box", "Option", "Pin", "Poll", "Rc", "Result", "Vec", "VecDeque"];
    NAMES.contains(&name)
}

/// The work that a value of the type is, or holds.
pub(crate) fn lazy(ty: &Type) -> Option<Lazy<'_>> {
    itself(ty).or_else(|| inside(ty))
}

/// A future or stream in something else: there it cannot be wrapped.
fn inside(ty: &Type) -> Option<Lazy<'_>> {
    let any = |ty| match lazy(peel(ty))? {
        Lazy::Future { place, .. } => Some(Lazy::Other { what: "future", place }),
        other @ Lazy::Other { .. } => Some(other),
    };
    match ty {
        Type::Array(array) => any(&array.elem),
        Type::Slice(slice) => any(&slice.elem),
        Type::Tuple(tuple) => tuple.elems.iter().find_map(any),
        Type::Path(path) => {
            let segment = path.path.segments.last()?;
            let holds = is_holder(&segment.ident.to_string());
            // Whatever has an opaque type in its own has it from here.
            held(segment).into_iter().filter(|ty| holds || has_opaque(ty)).find_map(any)
        }
        Type::ImplTrait(opaque) => opaque.bounds.iter().find_map(|bound| {
            let TypeParamBound::Trait(bound) = bound else { return None };
            associated_type(bound.path.segments.last()?, "Item").and_then(any)
        }),
        _ => None,
    }
}

fn itself(ty: &Type) -> Option<Lazy<'_>> {
    if let Type::ImplTrait(opaque) = ty {
        return lazy_trait(&opaque.bounds, opaque.impl_token.span, Holder::Bare);
    }
    let segment = last_segment(ty)?;
    let place = segment.ident.span();
    match segment.ident.to_string().as_str() {
        "Pin" => lazy_box(last_segment(type_argument(segment)?)?, place, Holder::Pinned),
        "Box" => lazy_box(segment, place, Holder::Box),
        "BoxFuture" | "LocalBoxFuture" => {
            Some(Lazy::Future { boxed: true, place, output: type_argument(segment) })
        }
        "BoxStream" | "LocalBoxStream" => Some(Lazy::Other { what: "stream", place }),
        _ => None,
    }
}

/// What a future lies in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holder {
    Bare,
    Pinned,
    Box,
}

fn lazy_box(segment: &PathSegment, place: Span, holder: Holder) -> Option<Lazy<'_>> {
    match (segment.ident == "Box").then(|| type_argument(segment))?? {
        Type::TraitObject(object) => lazy_trait(&object.bounds, place, holder),
        Type::ImplTrait(opaque) => lazy_trait(&opaque.bounds, place, holder),
        _ => None,
    }
}

fn lazy_trait(
    bounds: &Punctuated<TypeParamBound, Token![+]>,
    place: Span,
    holder: Holder,
) -> Option<Lazy<'_>> {
    bounds.iter().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else { return None };
        let segment = bound.path.segments.last()?;
        match segment.ident.to_string().as_str() {
            "Future" if holder == Holder::Box => Some(Lazy::Other { what: "future", place }),
            "Future" => {
                let boxed = holder == Holder::Pinned;
                Some(Lazy::Future { boxed, place, output: associated_type(segment, "Output") })
            }
            "IntoFuture" | "FusedFuture" | "TryFuture" => {
                Some(Lazy::Other { what: "future", place })
            }
            "Stream" | "FusedStream" | "TryStream" => Some(Lazy::Other { what: "stream", place }),
            _ => None,
        }
    })
}

pub(crate) fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match peel(ty) {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

fn arguments(segment: &PathSegment) -> impl DoubleEndedIterator<Item = &GenericArgument> {
    let arguments = match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    };
    arguments.into_iter().flatten()
}

/// The `T` of `Box<T>`, or of `BoxFuture<'_, T>`.
fn type_argument(segment: &PathSegment) -> Option<&Type> {
    arguments(segment).find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(peel(ty)),
        _ => None,
    })
}

/// The `T` of `Future<Output = T>`.
fn associated_type<'a>(segment: &'a PathSegment, name: &str) -> Option<&'a Type> {
    arguments(segment).find_map(|argument| match argument {
        GenericArgument::AssocType(assoc) if assoc.ident == name => Some(&assoc.ty),
        _ => None,
    })
}

/// What a value of `segment` holds: an error is none of the work.
fn held(segment: &PathSegment) -> Vec<&Type> {
    let types = arguments(segment).filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(peel(ty)),
        _ => None,
    });
    types.take(if segment.ident == "Result" { 1 } else { usize::MAX }).collect()
}

/// The type inside parentheses, and inside the invisible group around `$t:ty`.
pub(crate) fn peel(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => peel(&group.elem),
        Type::Paren(paren) => peel(&paren.elem),
        ty => ty,
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
