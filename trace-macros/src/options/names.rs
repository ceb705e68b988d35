//! Which options does each macro take, and why are the others refused?

use proc_macro2::Ident;
use syn::{LitStr, Token, ext::IdentExt as _, parse::ParseStream, token};

use super::{scope_macro::ScopeMacro, value::skip_value};
use crate::{
    errors::{Errors, fails},
    words::suggest::nearest,
};

impl ScopeMacro {
    fn options(self) -> &'static [&'static str] {
        match self {
            Self::TracedHandler => &[
                "name",
                "target",
                "level",
                "trace_id",
                "fields",
                "carry",
                "err",
                "slow",
                "cancelled",
                "kind",
                "crate",
            ],
            Self::Timed => &[
                "name",
                "target",
                "level",
                "fields",
                "err",
                "slow",
                "cancelled",
                "construction",
                "crate",
            ],
            Self::Step => &["target", "level", "fields", "err", "slow", "cancelled"],
        }
    }
}

/// Whether an option begins here, and not what comes after the options.
pub(crate) fn is_option(input: ParseStream<'_>) -> bool {
    let is_list = input.fork().parse::<Ident>().is_ok_and(|word| word == "fields");
    let has_value = input.peek2(Token![=]) && !input.peek2(Token![==]);
    input.peek(Ident::peek_any) && (has_value || is_list && input.peek2(token::Paren))
}

/// Parses the name of an option; `None` is one that is refused and done with.
pub(super) fn parse(
    attribute: ScopeMacro,
    input: ParseStream<'_>,
    given: &mut Vec<String>,
    errors: &mut Errors,
) -> syn::Result<Option<Ident>> {
    if input.peek(LitStr) {
        let literal = input.parse::<LitStr>()?;
        let text = literal.token();
        return fails(
            literal.span(),
            format_args!("expected an option\nhelp: write `name = {text}`"),
        );
    }
    let option = input.call(Ident::parse_any)?;
    let word = option.to_string();
    if let Some(reason) = refusal(attribute, &word) {
        errors.push(syn::Error::new(option.span(), reason));
        skip_value(input)?;
        return Ok(None);
    }
    if !attribute.options().contains(&word.as_str()) {
        return fails(option.span(), unknown(attribute, &word));
    }
    if given.contains(&word) {
        return fails(option.span(), format_args!("`{word}` is given twice"));
    }
    given.push(word);
    Ok(Some(option))
}

/// Why an option that others have is none here, and what to do instead.
fn refusal(attribute: ScopeMacro, option: &str) -> Option<&'static str> {
    match (option, attribute) {
        ("skip", _) => {
            Some("arguments are never recorded unless listed in `fields(..)`\nhelp: remove `skip`")
        }
        ("skip_all", _) => Some(
            "arguments are never recorded unless listed in `fields(..)`\nhelp: remove `skip_all`",
        ),
        ("parent" | "follows_from", _) => {
            Some("`parent` is not supported\nhelp: nested calls take the trace of the running task")
        }
        ("ret", _) => {
            Some("return values are not recorded\nhelp: log what you need of it with `record!(..)`")
        }
        ("trace_id", ScopeMacro::Timed | ScopeMacro::Step) => Some(
            "a step takes the trace of the running task\n\
             help: give `trace_id` to the `#[traced_handler]` that calls it",
        ),
        ("kind", ScopeMacro::Timed | ScopeMacro::Step) => Some(
            "a step is always of kind \"step\"\n\
             help: give `kind` to the `#[traced_handler]` that calls it",
        ),
        ("carry", ScopeMacro::Timed | ScopeMacro::Step) => Some(
            "what is carried belongs to the whole trace\n\
             help: write `carry!(..)` in the body, or `carry(..)` on the `#[traced_handler]`",
        ),
        ("construction", ScopeMacro::TracedHandler | ScopeMacro::Step) => {
            Some("`construction` is an option of `#[timed]`\nhelp: use `#[timed(construction)]`")
        }
        _ => None,
    }
}

fn unknown(attribute: ScopeMacro, option: &str) -> String {
    let options = attribute.options();
    let help = match nearest(option, options) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("the options are `{}`", options.join("`, `")),
    };
    format!("unknown option `{option}`\nhelp: {help}")
}
