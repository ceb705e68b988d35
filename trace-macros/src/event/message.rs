//! Parses the message of an event, and decides whether it is constant.
//!
//! The literal and its arguments go to `format_args!` as written, so rustc
//! resolves inlined names and reports mistakes inside the literal. A literal
//! without holes needs no formatting: its text goes into the callsite. If a
//! macro such as `concat!(…)` takes the place of the literal, only rustc knows
//! the text.

use proc_macro2::{Ident, Literal, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    LitStr, Macro, Token,
    ext::IdentExt as _,
    parse::{ParseStream, Parser as _},
};

use crate::errors::{Errors, comma_separated, fails, skip_to_comma};

/// `"fetched {n} of {}", total`
pub(crate) struct Message {
    pub(crate) text: Text,
    /// The rest, with the comma before it.
    pub(crate) arguments: TokenStream,
}

/// The text of a message.
pub(crate) enum Text {
    Literal(LitStr),
    /// A macro in its place: `concat!("rows of ", "{table}")`
    Macro(Macro),
}

impl Text {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            input.parse().map(Self::Literal)
        } else {
            input.parse().map(Self::Macro)
        }
    }

    fn literal(&self) -> Option<&LitStr> {
        match self {
            Self::Literal(literal) => Some(literal),
            Self::Macro(_) => None,
        }
    }
}

impl ToTokens for Text {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Literal(literal) => literal.to_tokens(tokens),
            Self::Macro(call) => call.to_tokens(tokens),
        }
    }
}

impl Message {
    /// Returns whether a message begins here: a literal that is no key, or a
    /// macro.
    pub(crate) fn begins(input: ParseStream<'_>) -> bool {
        let ahead = input.fork();
        let is_text = Text::parse(&ahead).is_ok();
        is_text && (!ahead.peek(Token![=]) || ahead.peek(Token![==]))
    }

    /// Parses a message, which takes the rest of the input.
    pub(crate) fn parse(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Self> {
        let message = Self { text: Text::parse(input)?, arguments: input.parse()? };
        let check = |input: ParseStream<'_>| {
            if input.parse::<Option<Token![,]>>()?.is_some() {
                comma_separated(input, errors, |input, _| message.check_argument(input));
            }
            input.parse::<TokenStream>()
        };
        // It never fails: mistakes are in `errors`.
        let _ = check.parse2(message.arguments.clone());
        Ok(message)
    }

    /// Refuses a field, which would be taken for an argument.
    fn check_argument(&self, input: ParseStream<'_>) -> syn::Result<()> {
        let place = input.span();
        let is_field = if input.peek(Ident::peek_any) && is_named(input) {
            let name = input.call(Ident::parse_any)?.unraw().to_string();
            !self.mentions(&name)
        } else {
            input.peek(Token![%]) || input.peek(Token![?])
        };
        if is_field {
            return fails(place, "fields come before the message\nhelp: move this to the front");
        }
        skip_to_comma(input);
        Ok(())
    }

    /// Returns the text, if it is constant.
    pub(crate) fn constant(&self) -> Option<Literal> {
        let has_arguments = self.arguments.clone().into_iter().any(|token| !is_comma(&token));
        let literal = self.text.literal()?;
        let text = literal.value();
        let is_constant = !has_arguments && holes(&text).is_some_and(|holes| holes.is_empty());
        is_constant.then(|| {
            let mut text = Literal::string(&text.replace("{{", "{").replace("}}", "}"));
            text.set_span(literal.span());
            text
        })
    }

    /// Returns whether a hole of the literal may use the name: `{name:?}`,
    /// `{:name$}`. A malformed literal may, and so may one that a macro makes.
    fn mentions(&self, name: &str) -> bool {
        let Some(literal) = self.text.literal() else { return true };
        let text = literal.value();
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let uses = |hole: &&str| hole.split(|c| !is_part(c)).any(|word| word == name);
        holes(&text).is_none_or(|holes| holes.iter().any(uses))
    }
}

/// `name = …`
fn is_named(input: ParseStream<'_>) -> bool {
    input.peek2(Token![=]) && !input.peek2(Token![==])
}

fn is_comma(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',')
}

/// Returns what stands between the braces, or `None` if they do not match.
fn holes(text: &str) -> Option<Vec<&str>> {
    let mut holes = Vec::new();
    let mut rest = text;
    while let Some(brace) = rest.find(['{', '}']) {
        let (found, after) = rest[brace..].split_at(1);
        if let Some(escaped) = after.strip_prefix(found) {
            rest = escaped;
        } else if found == "{" {
            let (hole, after) = after.split_once('}')?;
            holes.push(hole);
            rest = after;
        } else {
            return None;
        }
    }
    Some(holes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(tokens: &str) -> syn::Result<Message> {
        let mut errors = Errors::default();
        let message =
            (|input: ParseStream<'_>| Message::parse(input, &mut errors)).parse_str(tokens)?;
        errors.finish().map(|()| message)
    }

    #[test]
    fn a_message_without_holes_is_constant() -> syn::Result<()> {
        for (written, text) in [
            (r#""plain""#, Some(r#""plain""#)),
            (r#""plain","#, Some(r#""plain""#)),
            (r#""{{}} 100%""#, Some(r#""{} 100%""#)),
            (r#""{n}""#, None),
            (r#""{}", n"#, None),
            (r#""never used", n"#, None),
            (r#""broken {""#, None),
            (r#""broken }""#, None),
            (r#"concat!("a", "b")"#, None),
        ] {
            let constant = parse(written)?.constant().map(|text| text.to_string());
            assert_eq!(constant.as_deref(), text, "{written}");
        }
        Ok(())
    }

    #[test]
    fn a_message_is_a_literal_or_a_macro_and_no_key() {
        for (written, expected) in [
            (r#""text""#, true),
            (r#""text" == other"#, true),
            (r#""key" = 1"#, false),
            (r#"concat!("a")"#, true),
            ("crate::text![], 1", true),
            ("text", false),
            ("text != 1", false),
            ("%text!()", false),
        ] {
            let begins = |input: ParseStream<'_>| {
                let begins = Message::begins(input);
                input.parse::<TokenStream>().map(|_| begins)
            };
            assert_eq!(begins.parse_str(written).ok(), Some(expected), "{written}");
        }
    }

    #[test]
    fn an_argument_that_no_hole_uses_is_a_field_in_the_wrong_place() {
        for allowed in [
            r#""{a}", a = 1"#,
            r#""{a:?}", a = 1,"#,
            r#""{:w$}", x, w = 3"#,
            r#""{}", a == b"#,
            "text!(), a = 1",
        ] {
            assert!(parse(allowed).is_ok(), "{allowed}");
        }
        for refused in [r#""x", a = 1"#, r#""{ab}", a = 1"#, r#""{{a}}", a = 1"#, r#""x", %e"#] {
            assert!(parse(refused).is_err(), "{refused}");
        }
    }
}
