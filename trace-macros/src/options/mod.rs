//! Which options do the attributes take?
//!
//! ```text
//! name = "…"            target = "…"           or a path to a `&'static str`
//! level = "info"        slow = "250ms"
//! fields(a, b = expr)   crate = ::path
//! err = off | debug | .0 | |error| expr | path
//! cancelled = "debug"   the level of what was dropped before its end, or "off"
//! trace_id = expr       carry(a, b = expr)     of `traced_handler`
//! kind = "job"          of `traced_handler`
//! construction          of `timed`
//! ```

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

/// What stands in the attribute's parentheses.
pub(crate) struct Options {
    pub(crate) name: Option<TokenStream>,
    pub(crate) target: Option<TokenStream>,
    pub(crate) level: Option<Ident>,
    pub(crate) trace_id: Option<Expr>,
    /// Whether it is a job, not a request.
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
    /// Where the word stands.
    pub(crate) construction: Option<Span>,
    /// Where the runtime is found, if not at `::trace_runtime`.
    pub(crate) runtime: Option<Path>,
}

impl Options {
    /// Parses the options, as far as they can be understood.
    pub(crate) fn parse(attribute: ScopeMacro, tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut options = Self {
            name: None,
            target: None,
            level: None,
            trace_id: None,
            is_job: false,
            fields: Fields::new(attribute.owner()),
            carried: Fields::new(Owner::Record),
            error: ErrorText::Display,
            error_place: None,
            slow: None,
            cancelled: None,
            construction: None,
            runtime: None,
        };
        let mut given = Vec::new();
        let parser = |input: ParseStream<'_>| {
            comma_separated(input, errors, |input, errors| {
                let option = names::parse(attribute, input, &mut given, errors)?;
                option.map_or(Ok(()), |option| options.value(&option, input, errors))
            });
            Ok(())
        };
        // The parser reports to `errors`, and leaves no token behind.
        let _ = parser.parse2(tokens);
        options
    }

    /// The callsite at `place`, under `name` unless the options say otherwise.
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

    /// Parses what follows an option's name.
    fn value(
        &mut self,
        option: &Ident,
        input: ParseStream<'_>,
        errors: &mut Errors,
    ) -> syn::Result<()> {
        match option.to_string().as_str() {
            "name" => self.name = Some(value::text(option, input)?),
            "target" => self.target = Some(value::text(option, input)?),
            "level" => {
                equals(option, input)?;
                self.level = Some(level::parse(input)?);
            }
            "trace_id" => {
                equals(option, input)?;
                self.trace_id = Some(input.parse()?);
            }
            "fields" => value::fields(&mut self.fields, option, input, errors)?,
            "carry" => value::fields(&mut self.carried, option, input, errors)?,
            "err" => {
                self.error_place = Some(option.span());
                self.error = error_text::parse(option, input)?;
            }
            "slow" => self.slow = Some(slow::parse(option, input)?),
            "cancelled" => {
                equals(option, input)?;
                self.cancelled = Some(level::parse_or_off(input)?);
            }
            "kind" => {
                equals(option, input)?;
                self.is_job = kind::is_job(input)?;
            }
            "construction" => self.construction = Some(option.span()),
            _ => self.runtime = Some(value::runtime(option, input)?),
        }
        Ok(())
    }
}
