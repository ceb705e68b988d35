//! Parses the value of `kind`: a request or a job.

use syn::{LitStr, parse::ParseStream};

use crate::{errors::fails, words::suggest::nearest};

/// As the line of a handler says it.
const KINDS: [&str; 2] = ["request", "job"];

/// Parses a kind, and returns whether it is a job.
pub(crate) fn is_job(input: ParseStream<'_>) -> syn::Result<bool> {
    if !input.peek(LitStr) {
        return Err(input.error("`kind` takes \"job\" or \"request\""));
    }
    let literal = input.parse::<LitStr>()?;
    let word = literal.value();
    if KINDS.contains(&word.as_str()) {
        return Ok(word == "job");
    }
    let help = nearest(&word, &KINDS).map(|meant| format!("\nhelp: did you mean \"{meant}\"?"));
    let help = help.unwrap_or_default();
    let message = format!("unknown kind `{word}`; expected \"job\" or \"request\"{help}");
    fails(literal.span(), message)
}

#[cfg(test)]
mod tests {
    use syn::parse::Parser as _;

    #[test]
    fn a_handler_is_a_request_or_a_job() -> syn::Result<()> {
        assert!(super::is_job.parse_str("\"job\"")?);
        assert!(!super::is_job.parse_str("\"request\"")?);
        for written in ["\"step\"", "\"Job\"", "\"\"", "job", "1", ""] {
            assert!(super::is_job.parse_str(written).is_err(), "{written}");
        }
        Ok(())
    }
}
