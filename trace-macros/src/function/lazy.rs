//! Finds futures and streams in a return type: the work that is still to be
//! done when the function returns.
//!
//! Only those that are written out are found. `hidden` says where the runtime
//! has to look for others.

use proc_macro2::Span;
use syn::{PathSegment, Token, Type, TypeParamBound, punctuated::Punctuated};

use super::{
    erased::has_opaque,
    types::{associated_type, contents, is_container, last_segment, peel, type_argument},
};

/// Work that is still to be done when the function returns.
pub(crate) enum Lazy<'a> {
    /// `impl Future`, or `Pin<Box<dyn Future>>`.
    Future {
        boxed: bool,
        place: Span,
        /// Its output, if it is written.
        output: Option<&'a Type>,
    },
    /// Work that cannot be wrapped: a stream, an unpinned box, or a type that
    /// holds work.
    Other { what: &'static str, place: Span },
}

/// Returns the work that a value of the type is or holds.
pub(crate) fn lazy(ty: &Type) -> Option<Lazy<'_>> {
    itself(ty).or_else(|| inside(ty))
}

/// Returns the work that a value of the type holds.
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
            let holds = is_container(&segment.ident.to_string());
            // This function made the value of an opaque type argument.
            contents(segment).into_iter().filter(|ty| holds || has_opaque(ty)).find_map(any)
        }
        Type::ImplTrait(opaque) => opaque.bounds.iter().find_map(|bound| {
            let TypeParamBound::Trait(bound) = bound else { return None };
            associated_type(bound.path.segments.last()?, "Item").and_then(any)
        }),
        _ => None,
    }
}

/// Returns the work that a value of the type is.
fn itself(ty: &Type) -> Option<Lazy<'_>> {
    if let Type::ImplTrait(opaque) = ty {
        return lazy_trait(&opaque.bounds, opaque.impl_token.span, Pointer::None);
    }
    let segment = last_segment(ty)?;
    let place = segment.ident.span();
    match segment.ident.to_string().as_str() {
        "Pin" => lazy_box(last_segment(type_argument(segment)?)?, place, Pointer::Pin),
        "Box" => lazy_box(segment, place, Pointer::Box),
        "BoxFuture" | "LocalBoxFuture" => {
            Some(Lazy::Future { boxed: true, place, output: type_argument(segment) })
        }
        "BoxStream" | "LocalBoxStream" => Some(Lazy::Other { what: "stream", place }),
        _ => None,
    }
}

/// The pointer around a future.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pointer {
    None,
    Pin,
    Box,
}

fn lazy_box(segment: &PathSegment, place: Span, pointer: Pointer) -> Option<Lazy<'_>> {
    match (segment.ident == "Box").then(|| type_argument(segment))?? {
        Type::TraitObject(object) => lazy_trait(&object.bounds, place, pointer),
        Type::ImplTrait(opaque) => lazy_trait(&opaque.bounds, place, pointer),
        _ => None,
    }
}

fn lazy_trait(
    bounds: &Punctuated<TypeParamBound, Token![+]>,
    place: Span,
    pointer: Pointer,
) -> Option<Lazy<'_>> {
    bounds.iter().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else { return None };
        let segment = bound.path.segments.last()?;
        match segment.ident.to_string().as_str() {
            "Future" if pointer == Pointer::Box => Some(Lazy::Other { what: "future", place }),
            "Future" => {
                let boxed = pointer == Pointer::Pin;
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
