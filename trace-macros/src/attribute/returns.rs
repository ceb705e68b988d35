//! What does a function's return type say?
//!
//! Whether there is a value to look at, and whether the work is done when the
//! function returns or only begins then. Only what is written is known: behind an
//! alias of the user's stands a value like any other.

use proc_macro2::{Ident, Span};
use quote::ToTokens as _;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{
    GenericArgument, Path, PathArguments, PathSegment, ReturnType, Signature, Token, Type,
    TypeInfer, TypeParamBound,
};

use crate::tokens::has_word;

/// What a function returns.
pub(crate) enum Returns<'a> {
    /// `()`, written or not.
    Nothing,
    /// `!`
    Never,
    /// What does its work when it is polled.
    Lazy(Lazy<'a>),
    /// A value that cannot be an error.
    Success,
    /// Any other type.
    Value,
}

/// Work that is yet to be done when the function returns.
pub(crate) enum Lazy<'a> {
    /// `impl Future`, or `Pin<Box<dyn Future>>`.
    Future {
        boxed: bool,
        /// What the future ends with, where it is written.
        output: Option<&'a Type>,
    },
    /// What cannot be wrapped: a stream, or a box that can be moved out of.
    Other { what: &'static str, place: Span },
}

impl<'a> Returns<'a> {
    pub(crate) fn of(signature: &'a Signature) -> Self {
        let ReturnType::Type(_, ty) = &signature.output else { return Self::Nothing };
        match peel(ty) {
            Type::Never(_) => Self::Never,
            ty if is_unit(ty) => Self::Nothing,
            ty if is_no_error(ty) => Self::Success,
            // Its own work is done, even if that was to build a future.
            _ if signature.asyncness.is_some() => Self::Value,
            ty => lazy(ty).map_or(Self::Value, Self::Lazy),
        }
    }
}

/// Whether the value may be awaited, also that of an `async fn`.
pub(crate) fn returns_awaitable(signature: &Signature) -> bool {
    let ReturnType::Type(_, ty) = &signature.output else { return false };
    lazy(peel(ty)).is_some() || last_segment(ty).is_some_and(is_awaitable)
}

/// What is known by its name to be a future that one holds in a hand.
fn is_awaitable(segment: &PathSegment) -> bool {
    let name = segment.ident.to_string();
    name.ends_with("Future")
        || name.ends_with("Handle")
        || ["Pending", "PollFn", "Ready", "Receiver", "Shared", "Sleep"].contains(&name.as_str())
}

/// Whether the type is `()`.
pub(crate) fn is_unit(ty: &Type) -> bool {
    matches!(peel(ty), Type::Tuple(tuple) if tuple.elems.is_empty())
}

/// Whether no value of the type is an error: it has no name, or one that nobody
/// gives to a `Result`.
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

/// The type inside parentheses, and inside the invisible group around `$t:ty`.
fn peel(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => peel(&group.elem),
        Type::Paren(paren) => peel(&paren.elem),
        ty => ty,
    }
}

fn lazy(ty: &Type) -> Option<Lazy<'_>> {
    if let Type::ImplTrait(opaque) = ty {
        return lazy_trait(&opaque.bounds, opaque.impl_token.span, Holder::Bare);
    }
    let segment = last_segment(ty)?;
    let place = segment.ident.span();
    match segment.ident.to_string().as_str() {
        "Pin" => lazy_box(last_segment(type_argument(segment)?)?, place, Holder::Pinned),
        "Box" => lazy_box(segment, place, Holder::Box),
        "BoxFuture" | "LocalBoxFuture" => {
            Some(Lazy::Future { boxed: true, output: type_argument(segment) })
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
                Some(Lazy::Future { boxed, output: associated_type(segment, "Output") })
            }
            "Stream" => Some(Lazy::Other { what: "stream", place }),
            _ => None,
        }
    })
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
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

/// Whether an `impl Trait` is somewhere in the type.
pub(crate) fn has_opaque(ty: &Type) -> bool {
    has_word(&ty.to_token_stream(), "impl")
}

/// The type as it can be written inside a function: each `impl Trait` is left to
/// inference.
pub(crate) fn erased(ty: &Type) -> Type {
    let mut ty = ty.clone();
    Erase { lifetimes: false }.ty(&mut ty);
    ty
}

/// The same, and each lifetime that has a name is inferred, too: where a lifetime
/// is mentioned in a body, clippy does not say that it could be left out.
pub(crate) fn inferred(ty: &Type) -> Type {
    let mut ty = ty.clone();
    Erase { lifetimes: true }.ty(&mut ty);
    ty
}

/// What of a type is left to inference.
struct Erase {
    lifetimes: bool,
}

impl Erase {
    fn ty(&self, ty: &mut Type) {
        match ty {
            Type::ImplTrait(opaque) => {
                let underscore_token = Token![_](opaque.span());
                *ty = Type::Infer(TypeInfer { attrs: Vec::new(), underscore_token });
            }
            Type::Array(array) => self.ty(&mut array.elem),
            Type::Group(group) => self.ty(&mut group.elem),
            Type::Paren(paren) => self.ty(&mut paren.elem),
            Type::Ptr(pointer) => self.ty(&mut pointer.elem),
            Type::Reference(reference) => {
                reference.lifetime.take_if(|_| self.lifetimes);
                self.ty(&mut reference.elem);
            }
            Type::Slice(slice) => self.ty(&mut slice.elem),
            Type::Tuple(tuple) => tuple.elems.iter_mut().for_each(|ty| self.ty(ty)),
            Type::Path(path) => self.path(&mut path.path),
            Type::TraitObject(object) => {
                for bound in &mut object.bounds {
                    if let TypeParamBound::Trait(bound) = bound {
                        self.path(&mut bound.path);
                    }
                }
            }
            // Where no `impl Trait` may stand, or none can be seen.
            _ => {}
        }
    }

    fn path(&self, path: &mut Path) {
        for segment in &mut path.segments {
            if let PathArguments::AngleBracketed(arguments) = &mut segment.arguments {
                arguments.args.iter_mut().for_each(|argument| self.argument(argument));
            }
        }
    }

    fn argument(&self, argument: &mut GenericArgument) {
        match argument {
            GenericArgument::Lifetime(lifetime) if self.lifetimes => {
                lifetime.ident = Ident::new("_", lifetime.ident.span());
            }
            GenericArgument::Type(ty) => self.ty(ty),
            GenericArgument::AssocType(assoc) => self.ty(&mut assoc.ty),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(ty: &str) -> syn::Result<String> {
        let signature = syn::parse_str(&format!("fn f() {ty}"))?;
        Ok(match Returns::of(&signature) {
            Returns::Nothing => "nothing".to_owned(),
            Returns::Never => "never".to_owned(),
            Returns::Success => "success".to_owned(),
            Returns::Value => "value".to_owned(),
            Returns::Lazy(Lazy::Other { what, .. }) => what.to_owned(),
            Returns::Lazy(Lazy::Future { boxed, output }) => {
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
        ] {
            assert_eq!(described(written)?, meaning, "{written}");
        }
        Ok(())
    }

    #[test]
    fn each_impl_trait_is_left_to_inference() -> syn::Result<()> {
        for (written, inside) in [
            ("impl Display + 'a", "_"),
            ("Vec<impl Debug>", "Vec < _ >"),
            ("Result<(u8, [impl A; 2]), E>", "Result < (u8 , [_ ; 2]) , E >"),
            ("Box<dyn Iterator<Item = impl A>>", "Box < dyn Iterator < Item = _ > >"),
            ("&'a impl A", "& 'a _"),
        ] {
            let erased = erased(&syn::parse_str(written)?);
            assert_eq!(erased.to_token_stream().to_string(), inside, "{written}");
        }
        Ok(())
    }

    #[test]
    fn each_lifetime_with_a_name_is_inferred() -> syn::Result<()> {
        for (written, inside) in [
            ("&'a impl A", "& _"),
            ("Cow<'a, [&'b u8]>", "Cow < '_ , [& u8] >"),
            ("Box<dyn for<'a> Fn(&'a u8)>", "Box < dyn for < 'a > Fn (& 'a u8) >"),
        ] {
            let inferred = inferred(&syn::parse_str(written)?);
            assert_eq!(inferred.to_token_stream().to_string(), inside, "{written}");
        }
        Ok(())
    }
}
