//! Recognises a function that another macro generated, with a copy of the
//! attribute.
//!
//! `#[napi]` above `#[timed]` copies all attributes to the function that it
//! generates for the engine. Then one call would be two steps, and the copy of
//! a handler is not `async`. Such a function is left as it is. Its name and its
//! first parameter give it away, as `napi-derive` 2 and 3 write them.
//!
//! Other macros copy attributes as well, but what they generate looks like a
//! user's function. The documentation of `#[timed]` lists them.

use syn::{FnArg, Signature, Type, ext::IdentExt as _};

/// Returns whether `#[napi]` generated this function around the user's.
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
    fn what_napi_generates_is_recognised() -> syn::Result<()> {
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
