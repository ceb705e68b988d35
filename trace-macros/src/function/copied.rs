//! Did another macro copy the attribute, onto a function that calls the user's?
//!
//! `#[napi]` above `#[timed]` puts all attributes on the function that it writes
//! for the engine, too, and leaves them on the user's. Then one call would be two
//! steps, and a handler's copy is not even `async`. What the copy is on is left
//! alone: it is known by its name and by its first parameter, as `napi-derive` 3
//! and 2 write them.
//!
//! Other macros copy as well, and what they write looks like what a user might.
//! Those are in the documentation of the attributes.

use syn::{FnArg, Signature, Type, ext::IdentExt as _};

/// Whether the function is one that `#[napi]` writes around the user's.
pub(crate) fn is_copy(signature: &Signature) -> bool {
    let takes_env = match signature.inputs.first() {
        Some(FnArg::Typed(parameter)) => is_napi_env(&parameter.ty),
        _ => false,
    };
    takes_env && signature.ident.unraw().to_string().ends_with("_c_callback")
}

fn is_napi_env(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|segment| segment.ident == "napi_env")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_napi_writes_is_told_from_what_a_user_writes() -> syn::Result<()> {
        for (item, expected) in [
            ("extern \"C\" fn sum_c_callback(env: napi::sys::napi_env, cb: Info) -> V {}", true),
            ("unsafe fn sum_c_callback(env: sys::napi_env, this: V) -> Result<V> {}", true),
            ("extern \"C\" fn sum(env: napi::sys::napi_env, cb: Info) -> V {}", false),
            ("extern \"C\" fn sum_c_callback(data: *mut c_void) {}", false),
            ("fn sum_c_callback() {}", false),
        ] {
            let function = syn::parse_str::<syn::ItemFn>(item)?;
            assert_eq!(is_copy(&function.sig), expected, "{item}");
        }
        Ok(())
    }
}
