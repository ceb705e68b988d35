//! Finds examples that rustdoc compiles, and those that can fail as well.
//!
//! Source: [documentation tests](https://doc.rust-lang.org/rustdoc/write-documentation/documentation-tests.html).

/// The words behind a fence that leave a block Rust. There are also editions,
/// error codes, and `ignore` with or without a platform.
const WORDS: [&str; 6] =
    ["rust", "should_panic", "no_run", "compile_fail", "test_harness", "standalone_crate"];

/// What an item's docs have to show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Example {
    /// No block is compiled.
    None,
    /// One is, but it cannot fail once it is.
    Compiled,
    /// One asserts, or has to panic or not to compile.
    Asserting,
}

impl Example {
    /// Returns the best that these docs have.
    pub(crate) fn of(docs: &str) -> Self {
        blocks(docs).iter().map(Block::example).max().unwrap_or(Self::None)
    }
}

/// A block between two fences.
struct Block<'a> {
    /// What stands behind the first fence, taken apart.
    words: Vec<&'a str>,
    lines: Vec<&'a str>,
}

/// Returns the blocks of these docs, in their order.
fn blocks(docs: &str) -> Vec<Block<'_>> {
    let (mut blocks, mut open) = (Vec::<Block<'_>>::new(), None);
    for line in docs.lines().map(str::trim) {
        let fence = fence(line);
        let Some(opened) = open else {
            if let Some((fence, after)) = fence {
                blocks.push(Block { words: words(after), lines: Vec::new() });
                open = Some(fence);
            }
            continue;
        };
        // As many signs or more, and nothing else.
        if fence.is_some_and(|(fence, after)| fence.starts_with(opened) && after.is_empty()) {
            open = None;
        } else if let Some(block) = blocks.last_mut() {
            block.lines.push(line);
        }
    }
    blocks
}

/// Returns the three or more signs that a fence has, and what stands behind it.
fn fence(line: &str) -> Option<(&str, &str)> {
    let sign = line.chars().next().filter(|sign| ['`', '~'].contains(sign))?;
    let after = line.trim_start_matches(sign);
    let fence = &line[..line.len() - after.len()];
    (fence.len() >= 3).then_some((fence, after.trim()))
}

fn words(first_line: &str) -> Vec<&str> {
    let is_between = |sign: char| [' ', ',', '\t'].contains(&sign);
    first_line.split(is_between).filter(|word| !word.is_empty()).collect()
}

impl Block<'_> {
    fn example(&self) -> Example {
        match (self.is_compiled(), self.can_fail()) {
            (false, _) => Example::None,
            (true, false) => Example::Compiled,
            (true, true) => Example::Asserting,
        }
    }

    /// Returns whether it is Rust, and not ignored everywhere.
    fn is_compiled(&self) -> bool {
        let is_rust = self.has("rust") || self.words.iter().all(|word| is_of_rust(word));
        is_rust && !self.has("ignore")
    }

    /// Returns whether rustdoc's test of it can fail although it compiles.
    fn can_fail(&self) -> bool {
        let is_run = !self.has("no_run");
        let asserts = || self.lines.iter().any(|line| asserts(line));
        self.has("compile_fail") || is_run && (self.has("should_panic") || asserts())
    }

    fn has(&self, word: &str) -> bool {
        self.words.contains(&word)
    }
}

fn is_of_rust(word: &str) -> bool {
    let is_error_code = word.len() == 5
        && word.strip_prefix('E').is_some_and(|digits| digits.parse::<u16>().is_ok());
    // `ignore-windows` ignores a block there alone.
    let is_known = WORDS.contains(&word) || word == "ignore";
    is_known || is_error_code || word.starts_with("edition") || word.starts_with("ignore-")
}

/// Returns whether a line calls what asserts, such as `assert_eq!(` or
/// `capture.assert_request(`, before a comment begins.
fn asserts(line: &str) -> bool {
    let is_of_name = |sign: char| sign.is_alphanumeric() || sign == '_';
    let code = line.split("//").next().unwrap_or_default();
    code.match_indices("assert").any(|(at, _)| {
        let is_called = code[at..].trim_start_matches(is_of_name).starts_with(['!', '(']);
        is_called && !code[..at].ends_with(is_of_name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_compiled(docs: &str) -> bool {
        Example::of(docs) != Example::None
    }

    fn is_asserting(docs: &str) -> bool {
        Example::of(docs) == Example::Asserting
    }

    #[test]
    fn what_rustdoc_compiles_is_an_example() {
        for info in [
            "",
            "rust",
            " rust",
            "no_run",
            "should_panic",
            "compile_fail,E0277",
            "edition2021",
            "rust,no_run",
            "text rust",
            "ignore-windows",
        ] {
            assert!(is_compiled(&format!("Does it.\n\n```{info}\nrun();\n```\n")), "{info}");
        }
    }

    #[test]
    fn other_languages_and_what_is_ignored_are_none() {
        for info in ["text", "json", "toml", "ignore", "rust,ignore", "rust ignore", "Rust", "E02"]
        {
            assert!(!is_compiled(&format!("Does it.\n\n```{info}\nrun();\n```\n")), "{info}");
        }
        assert!(!is_compiled("Does `this`, see [that](that).\n\n# Examples\n\nSee [`Other`].\n"));
    }

    #[test]
    fn one_of_many_blocks_is_enough() {
        assert!(is_compiled("```json\n{}\n```\n\n- in a list:\n\n  ```\n  run();\n  ```\n"));
        assert!(!is_compiled("```json\n{}\n```\n\n```text\na\n```\n"));
    }

    #[test]
    fn a_fence_inside_another_begins_no_block() {
        assert!(!is_compiled("````text\n```\nrun();\n```\n````\n"));
        assert!(!is_compiled("```text\n~~~\nrun();\n~~~\n```\n"));
        assert!(!is_compiled("```text\n```rust\n```\n"));
        assert!(is_compiled("~~~\nrun();\n~~~\n"));
        assert!(is_compiled("````text\n```\n````\n```\nrun();\n```\n"));
    }

    #[test]
    fn what_calls_an_assertion_can_fail() {
        for line in [
            "assert!(is_open);",
            "assert_eq!(line, \"\"); // as it was",
            "# assert_ne!(a, b);",
            "for a in b { assert!(a > 0) }",
            "# capture.assert_request(&expected);",
            "std::assert!(true);",
        ] {
            assert!(is_asserting(&format!("```\n{line}\n```\n")), "{line}");
        }
        for line in [
            "run();",
            "// assert!(is_open);",
            "run(); // assert!(is_open)",
            "use shop::assert_request;",
            "reassert!(a);",
            "is_assert(a);",
            "let asserted = 1;",
        ] {
            let docs = format!("```\n{line}\n```\n");
            assert_eq!(Example::of(&docs), Example::Compiled, "{line}");
        }
    }

    #[test]
    fn what_must_panic_or_not_compile_can_fail_and_what_is_not_run_cannot() {
        for (info, expected) in [
            ("should_panic", Example::Asserting),
            ("compile_fail,E0277", Example::Asserting),
            ("rust,compile_fail", Example::Asserting),
            ("no_run", Example::Compiled),
            ("no_run,should_panic", Example::Compiled),
            ("text", Example::None),
        ] {
            assert_eq!(Example::of(&format!("```{info}\nrun();\n```\n")), expected, "{info}");
        }
        assert_eq!(Example::of("```no_run\nassert!(is_open);\n```\n"), Example::Compiled);
    }

    #[test]
    fn an_assertion_counts_in_a_block_that_is_compiled_alone() {
        assert!(is_asserting("```\nrun();\n```\n\n```\nassert!(a);\n```\n"));
        assert!(!is_asserting("It asserts: `assert!(a)`.\n\n```\nrun();\n```\n\nassert!(a)\n"));
        assert!(!is_asserting("```text\nassert!(a);\n```\n\n```\nrun();\n```\n"));
    }
}
