//! Looks for words and macro calls in tokens that are not parsed.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};

/// Returns whether a word occurs anywhere in the tokens.
pub(crate) fn has_word(tokens: &TokenStream, word: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => has_word(&group.stream(), word),
        TokenTree::Ident(ident) => ident == word,
        TokenTree::Literal(_) | TokenTree::Punct(_) => false,
    })
}

/// Returns whether the tokens may `.await`, be it in a macro.
pub(crate) fn may_await(tokens: &TokenStream) -> bool {
    has_word(tokens, "await") || has_macro(tokens)
}

/// Returns whether a macro is called anywhere in the tokens.
fn has_macro(tokens: &TokenStream) -> bool {
    let tokens: Vec<_> = tokens.clone().into_iter().collect();
    let is_call = |pair: &[TokenTree]| is_punct(&pair[0], '!') && is_group(&pair[1]);
    tokens.windows(3).any(|call| matches!(call[0], TokenTree::Ident(_)) && is_call(&call[1..]))
        || tokens.iter().any(|token| match token {
            TokenTree::Group(group) => has_macro(&group.stream()),
            TokenTree::Ident(_) | TokenTree::Literal(_) | TokenTree::Punct(_) => false,
        })
}

/// Returns the `?` or the `return` by which tokens leave the function. Those of
/// closures, functions and blocks that are `async` leave these alone, and what
/// is in a macro call is not looked at.
pub(crate) fn leaving(tokens: &TokenStream) -> Option<Span> {
    let tokens: Vec<_> = tokens.clone().into_iter().collect();
    let own = tokens.iter().position(begins_another_body).unwrap_or(tokens.len());
    let before = |place: usize| place.checked_sub(1).and_then(|before| tokens.get(before));
    tokens.iter().enumerate().take(own).find_map(|(place, token)| match token {
        TokenTree::Group(_) if before(place).is_some_and(|it| is_punct(it, '!')) => None,
        TokenTree::Group(group) => leaving(&group.stream()),
        TokenTree::Ident(word) => (word == "return").then(|| word.span()),
        // Not the bound `T: ?Sized`.
        TokenTree::Punct(_) if before(place).is_some_and(|it| is_punct(it, ':')) => None,
        TokenTree::Punct(punct) => (punct.as_char() == '?').then(|| punct.span()),
        TokenTree::Literal(_) => None,
    })
}

fn begins_another_body(token: &TokenTree) -> bool {
    let is_word = |word: &Ident| word == "async" || word == "fn";
    is_punct(token, '|') || matches!(token, TokenTree::Ident(word) if is_word(word))
}

/// Returns whether the token is this character.
pub(crate) fn is_punct(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)
}

fn is_group(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_await_may_be_anywhere_and_in_any_macro() -> Result<(), proc_macro2::LexError> {
        for (written, expected) in [
            ("f().await", true),
            ("g(1, f().await?)", true),
            ("fetch!(x)", true),
            ("g(std::format!(\"x\"))", true),
            ("!x && y != (z)", false),
            ("a.b(!(c))", false),
        ] {
            assert_eq!(may_await(&written.parse()?), expected, "{written}");
        }
        Ok(())
    }

    #[test]
    fn what_leaves_the_function_is_found_and_what_leaves_another_body_is_not()
    -> Result<(), proc_macro2::LexError> {
        for (written, expected) in [
            ("f()?", true),
            ("g(1, f()?.len())", true),
            ("if x { return 7 } else { x }", true),
            ("f(x).map(|x| x?)", false),
            ("f(async { x? })", false),
            ("{ fn g<T: ?Sized>() {} 1 }", false),
            ("{ struct S<T: ?Sized>(T); 1 }", false),
            ("vec![f()?]", false),
            ("returned + 1", false),
        ] {
            assert_eq!(leaving(&written.parse()?).is_some(), expected, "{written}");
        }
        Ok(())
    }
}
