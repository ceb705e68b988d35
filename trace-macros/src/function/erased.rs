//! Rewrites a return type so that it can stand in the body: without
//! `impl Trait`, and without named lifetimes.

use proc_macro2::Ident;
use quote::ToTokens as _;
use syn::{
    GenericArgument, Path, PathArguments, Token, Type, TypeInfer, TypeParamBound,
    spanned::Spanned as _,
};

use crate::tokens::has_word;

/// Returns whether there is an `impl Trait` anywhere in the type.
pub(crate) fn has_opaque(ty: &Type) -> bool {
    has_word(&ty.to_token_stream(), "impl")
}

/// Returns the type with `_` for each `impl Trait`.
pub(crate) fn erased(ty: &Type) -> Type {
    let mut ty = ty.clone();
    Erase { lifetimes: false }.ty(&mut ty);
    ty
}

/// Returns the same with each named lifetime inferred as well: clippy does not
/// report a needless lifetime that the body mentions.
pub(crate) fn inferred(ty: &Type) -> Type {
    let mut ty = ty.clone();
    Erase { lifetimes: true }.ty(&mut ty);
    ty
}

/// Which parts of a type are left to inference.
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
            Type::TraitObject(object) => object.bounds.iter_mut().for_each(|it| self.bound(it)),
            // No `impl Trait` is allowed there, or none is visible.
            _ => {}
        }
    }

    fn bound(&self, bound: &mut TypeParamBound) {
        if let TypeParamBound::Trait(bound) = bound {
            self.path(&mut bound.path);
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
