//! Takes Rust source apart, as far as the rules need it: words, signs, text and
//! comments, each with its line.

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    /// An identifier, a keyword or a number.
    Word,
    /// One character, or `::`.
    Sign,
    /// What a string literal holds, as written.
    Text,
    /// A comment without its slashes.
    Comment,
}

#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) text: String,
    pub(crate) line: usize,
}

impl Token {
    pub(crate) fn is(&self, text: &str) -> bool {
        self.text == text && matches!(self.kind, Kind::Word | Kind::Sign)
    }
}

/// Returns all tokens of a file.
pub(crate) fn tokens(source: &str) -> Vec<Token> {
    let (mut rest, mut line, mut tokens) = (source, 1, Vec::new());
    while let Some(first) = rest.chars().next() {
        let (kind, len) = next(rest, first);
        let (read, after) = rest.split_at(len);
        if let Some(kind) = kind {
            tokens.push(Token { kind, text: bare(kind, read).to_owned(), line });
        }
        line += read.matches('\n').count();
        rest = after;
    }
    tokens
}

/// Returns the kind and the length of what a text begins with.
fn next(rest: &str, first: char) -> (Option<Kind>, usize) {
    if first.is_whitespace() {
        return (None, first.len_utf8());
    }
    if rest.starts_with("//") {
        return (Some(Kind::Comment), rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return (Some(Kind::Comment), block_comment(rest));
    }
    if let Some(len) = text_literal(rest) {
        return (Some(Kind::Text), len);
    }
    if first == '\'' {
        return (None, character_or_lifetime(rest));
    }
    if first.is_alphanumeric() || first == '_' {
        let is_inside = |c: char| c.is_alphanumeric() || c == '_';
        return (Some(Kind::Word), rest.find(|c| !is_inside(c)).unwrap_or(rest.len()));
    }
    (Some(Kind::Sign), if rest.starts_with("::") { 2 } else { first.len_utf8() })
}

/// Returns the length of a comment, which may hold others.
fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    loop {
        let step = &rest[at..];
        match () {
            () if step.starts_with("/*") => (depth, at) = (depth + 1, at + 2),
            () if step.starts_with("*/") => (depth, at) = (depth - 1, at + 2),
            () => at += step.chars().next().map_or(1, char::len_utf8),
        }
        if depth == 0 || at >= rest.len() {
            return at.min(rest.len());
        }
    }
}

/// Returns the length of a string literal of any form: `"…"`, `b"…"`, `r#"…"#`.
fn text_literal(rest: &str) -> Option<usize> {
    let prefix = ["br", "cr", "r", "b", "c", ""].into_iter().find(|prefix| {
        let after = rest.strip_prefix(prefix);
        after.is_some_and(|after| after.trim_start_matches('#').starts_with('"'))
    })?;
    let after = &rest[prefix.len()..];
    let hashes = after.len() - after.trim_start_matches('#').len();
    let is_raw = prefix.ends_with('r');
    if !is_raw && hashes > 0 {
        return None;
    }
    let begin = prefix.len() + hashes + 1;
    let end = format!("\"{}", "#".repeat(hashes));
    let mut at = begin;
    while !rest[at..].starts_with(&end) {
        let c = rest[at..].chars().next()?;
        at += c.len_utf8() + usize::from(c == '\\' && !is_raw);
    }
    Some(at + end.len())
}

fn character_or_lifetime(rest: &str) -> usize {
    let inside = &rest[1..];
    let first = inside.chars().next().map_or(1, char::len_utf8);
    match inside.strip_prefix('\\') {
        Some(escape) => 3 + escape[1..].find('\'').map_or(0, |end| end + 1),
        None if inside[first..].starts_with('\'') => first + 2,
        None => 1,
    }
}

/// Returns what a token says, without its quotes or slashes.
fn bare(kind: Kind, read: &str) -> &str {
    match kind {
        Kind::Comment => read.trim_start_matches(['/', '!', '*']).trim_end_matches(['*', '/']),
        Kind::Text => {
            let inside = read.trim_start_matches(|c: char| c.is_alphabetic()).trim_matches('#');
            &inside[1..inside.len() - 1]
        }
        Kind::Word | Kind::Sign => read,
    }
}

/// Returns the code that runs in a service: without comments, without what is
/// compiled for tests alone, and without the bodies of macros, which name
/// paths of wherever they are expanded.
pub(crate) fn code(source: &str) -> Vec<Token> {
    let tokens = tokens(source);
    let tokens: Vec<_> = tokens.into_iter().filter(|it| it.kind != Kind::Comment).collect();
    let (mut at, mut code) = (0, Vec::new());
    while at < tokens.len() {
        if let Some(end) = test_item(&tokens[at..]).or_else(|| macro_body(&tokens[at..])) {
            at += end;
        } else {
            code.push(tokens[at].clone());
            at += 1;
        }
    }
    code
}

/// Returns the length of an item that is compiled for tests alone.
fn test_item(tokens: &[Token]) -> Option<usize> {
    let attribute = attribute(tokens)?;
    let says = |word: &str| tokens[..attribute].iter().any(|token| token.is(word));
    let is_for_tests = says("cfg") && (says("test") || says("doctest")) && !says("not");
    is_for_tests.then(|| attribute + item(&tokens[attribute..]))
}

/// Returns the length of an attribute.
fn attribute(tokens: &[Token]) -> Option<usize> {
    let is_one = tokens.first()?.is("#") && tokens.get(1)?.is("[");
    is_one.then(|| 1 + group(&tokens[1..]))
}

/// Returns the length of an item, a field or a variant, with its attributes.
fn item(tokens: &[Token]) -> usize {
    const ITEMS: [&str; 8] = ["fn", "impl", "mod", "struct", "enum", "trait", "const", "static"];
    let mut at = 0;
    while let Some(attribute) = attribute(&tokens[at..]) {
        at += attribute;
    }
    let is_use = tokens[at..].iter().take(6).any(|token| token.is("use"));
    let is_item = |token: &Token| ITEMS.iter().any(|word| token.is(word));
    let is_item = is_use || tokens[at..].iter().take(6).any(is_item);
    while let Some(token) = tokens.get(at) {
        let sign = if token.kind == Kind::Sign { token.text.as_str() } else { "" };
        match sign {
            ";" => return at + 1,
            "," if !is_item => return at + 1,
            "}" => return at,
            "{" if !is_use => return at + group(&tokens[at..]),
            "(" | "[" | "{" => at += group(&tokens[at..]),
            _ => at += 1,
        }
    }
    at
}

/// Returns the length of a group of brackets.
fn group(tokens: &[Token]) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().filter(|(_, it)| it.kind == Kind::Sign) {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// Returns the length of a macro's definition, or of quoted code.
fn macro_body(tokens: &[Token]) -> Option<usize> {
    const QUOTES: [&str; 4] = ["quote", "quote_spanned", "parse_quote", "parse_quote_spanned"];
    let first = tokens.first()?;
    if !tokens.get(1)?.is("!") {
        return None;
    }
    let body = match () {
        () if first.is("macro_rules") => 3,
        () if QUOTES.iter().any(|word| first.is(word)) => 2,
        () => return None,
    };
    Some(body + group(&tokens[body..]))
}

/// Returns the code of a source, one space between its tokens.
fn joined(source: &str) -> String {
    let texts: Vec<_> = code(source).into_iter().map(|token| token.text).collect();
    texts.join(" ")
}

#[test]
fn strings_characters_and_lifetimes_are_distinguished() {
    let tokens = tokens(r##"let a: &'a str = r#"x"y"#; let b = '"'; f(b"\"z") // "c""##);
    let of = |kind| {
        let of = tokens.iter().filter(|it| it.kind == kind).map(|it| it.text.as_str());
        of.collect::<Vec<_>>()
    };
    assert_eq!(of(Kind::Text), [r#"x"y"#, r#"\"z"#]);
    assert_eq!(of(Kind::Comment), [r#" "c""#]);
}

#[test]
fn code_is_without_tests_and_macro_bodies() {
    assert_eq!(joined("#[cfg(test)] use a::{b, c}; d"), "d");
    assert_eq!(joined("#[cfg(all(test, unix))] #[x] mod tests { e } d"), "d");
    assert_eq!(joined("S { #[cfg(test)] a: A, b: B }"), "S { b : B }");
    assert_eq!(joined("macro_rules! m { ($a:ty) => { $crate::b } } d"), "d");
    assert_eq!(joined("a(quote!(crate::b), d)"), "a ( , d )");
    assert_eq!(joined("#[cfg(not(test))] fn d() {}"), "# [ cfg ( not ( test ) ) ] fn d ( ) { }");
}
