//! Parses the options of `#[traced_handler]`, `#[timed]` and `step!`.
//!
//! ```text
//! name = "…"            target = "…"           or a path to a `&'static str`
//! level = "info"        slow = "250ms"
//! fields(a, b = expr)   crate = ::path
//! err = off | debug | .0 | |error| expr | path
//! cancelled = "debug"   the level of a cancelled scope's line, or "off"
//! trace_id = expr       carry(a, b = expr)     `traced_handler` only
//! kind = "job"          `traced_handler` only
//! construction          `timed` only
//! ```
//!
//! `names` knows which macro takes which option. `value` parses what several
//! options have in common; `level`, `slow`, `kind` and `error_text` parse the
//! value of one each. `opening` and `reading` write out what the options ask
//! for.

pub(crate) mod error_text;
mod kind;
mod level;
pub(crate) mod names;
pub(crate) mod opening;
pub(crate) mod reading;
mod scope_macro;
mod slow;
pub(crate) mod value;

use proc_macro2::{Ident, Span, TokenStream};
use syn::{
    Expr, Path,
    parse::{ParseStream, Parser as _},
};

pub(crate) use self::scope_macro::ScopeMacro;
use self::{error_text::ErrorText, value::equals};
use crate::{
    callsite::Callsite,
    errors::{Errors, comma_separated},
    field::{Fields, key::Owner},
    paths::Private,
    words::reserved::LineKind,
};

/// The options of one attribute or step.
pub(crate) struct Options {
    pub(crate) name: Option<TokenStream>,
    pub(crate) target: Option<TokenStream>,
    pub(crate) level: Option<Ident>,
    pub(crate) trace_id: Option<Expr>,
    /// Whether the handler is a job rather than a request.
    pub(crate) is_job: bool,
    pub(crate) fields: Fields,
    /// The fields for every line of the trace.
    pub(crate) carried: Fields,
    pub(crate) error: ErrorText,
    /// Where the word `err` stands.
    pub(crate) error_place: Option<Span>,
    /// In nanoseconds.
    pub(crate) slow: Option<u64>,
    /// A variant of `Level`, or `Off`.
    pub(crate) cancelled: Option<Ident>,
    /// Where the word `construction` stands.
    pub(crate) construction: Option<Span>,
    /// The path of the runtime, unless it is `::trace_runtime`.
    pub(crate) runtime: Option<Path>,
}

impl Options {
    /// No options.
    fn none(scope_macro: ScopeMacro) -> Self {
        Self {
            name: None,
            target: None,
            level: None,
            trace_id: None,
            is_job: false,
            fields: Fields::new(scope_macro.owner()),
            carried: Fields::new(Owner::Record),
            error: ErrorText::Display,
            error_place: None,
            slow: None,
            cancelled: None,
            construction: None,
            runtime: None,
        }
    }

    /// Parses all options, and reports each mistake to `errors`.
    pub(crate) fn parse(scope_macro: ScopeMacro, tokens: TokenStream, errors: &mut Errors) -> Self {
        let (mut options, mut given) = (Self::none(scope_macro), Vec::new());
        let parser = |input: ParseStream<'_>| {
            comma_separated(input, errors, |input, errors| {
                let option = names::parse(scope_macro, input, &mut given, errors)?;
                option.map_or(Ok(()), |option| options.value(&option, input, errors))
            });
            Ok(())
        };
        // It never fails: mistakes are in `errors`, and no token is left over.
        let _ = parser.parse2(tokens);
        options
    }

    /// Parses what follows an option's name.
    fn value(
        &mut self,
        option: &Ident,
        input: ParseStream<'_>,
        errors: &mut Errors,
    ) -> syn::Result<()> {
        match option.to_string().as_str() {
            "fields" => value::fields(&mut self.fields, option, input, errors)?,
            "carry" => value::fields(&mut self.carried, option, input, errors)?,
            "construction" => self.construction = Some(option.span()),
            "err" => {
                self.error_place = Some(option.span());
                self.error = error_text::parse(option, input)?;
            }
            name => {
                equals(option, input)?;
                self.assign(name, input)?;
            }
        }
        Ok(())
    }

    /// Parses what follows `option =`.
    fn assign(&mut self, option: &str, input: ParseStream<'_>) -> syn::Result<()> {
        match option {
            "name" => self.name = Some(value::constant(option, input)?),
            "target" => self.target = Some(value::constant(option, input)?),
            "level" => self.level = Some(level::parse(input)?),
            "trace_id" => self.trace_id = Some(input.parse()?),
            "slow" => self.slow = Some(slow::parse(input)?),
            "cancelled" => self.cancelled = Some(level::parse_or_off(input)?),
            "kind" => self.is_job = kind::is_job(input)?,
            // `names` lets nothing else through.
            _ => self.runtime = Some(value::runtime(input)?),
        }
        Ok(())
    }

    /// The callsite at `place`, called `name` unless the options give a name.
    pub(crate) fn callsite<'a>(
        &'a self,
        private: &'a Private,
        kind: LineKind,
        name: TokenStream,
        place: Span,
    ) -> Callsite<'a> {
        Callsite {
            private,
            place,
            kind,
            is_job: self.is_job,
            level: self.level.clone().unwrap_or_else(|| level::info(place)),
            target: self.target.as_ref(),
            name: self.name.clone().unwrap_or(name),
            fields: &self.fields,
            slow: self.slow,
            cancelled: self.cancelled.as_ref(),
        }
    }
}
