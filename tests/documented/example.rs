//! Finds examples that rustdoc compiles, by the first lines of their blocks.
//!
//! Source: [documentation tests](https://doc.rust-lang.org/rustdoc/write-documentation/documentation-tests.html).

/// The words behind a fence that leave a block Rust. There are also editions,
/// error codes, and `ignore` with or without a platform.
const WORDS: [&str; 6] =
    ["rust", "should_panic", "no_run", "compile_fail", "test_harness", "standalone_crate"];

/// Returns whether a block in these docs is compiled.
pub(crate) fn is_compiled(docs: &str) -> bool {
    first_lines(docs).into_iter().any(is_compiled_block)
}

/// Returns what stands behind the fence of each block.
fn first_lines(docs: &str) -> Vec<&str> {
    let (mut first_lines, mut open) = (Vec::new(), None);
    for line in docs.lines().map(str::trim) {
        let Some((fence, after)) = fence(line) else { continue };
        match open {
            None => {
                first_lines.push(after);
                open = Some(fence);
            }
            // As many signs or more, and nothing else.
            Some(opened) if fence.starts_with(opened) && after.is_empty() => open = None,
            Some(_) => {}
        }
    }
    first_lines
}

/// Returns the three or more signs that a fence has, and what stands behind it.
fn fence(line: &str) -> Option<(&str, &str)> {
    let sign = line.chars().next().filter(|sign| ['`', '~'].contains(sign))?;
    let after = line.trim_start_matches(sign);
    let fence = &line[..line.len() - after.len()];
    (fence.len() >= 3).then_some((fence, after.trim()))
}

/// Returns whether a block is compiled: it is Rust, and not ignored everywhere.
fn is_compiled_block(first_line: &str) -> bool {
    let is_between = |sign: char| [' ', ',', '\t'].contains(&sign);
    let words: Vec<_> = first_line.split(is_between).filter(|word| !word.is_empty()).collect();
    let is_rust = words.contains(&"rust") || words.iter().all(|word| is_of_rust(word));
    is_rust && !words.contains(&"ignore")
}

fn is_of_rust(word: &str) -> bool {
    let is_error_code = word.len() == 5
        && word.strip_prefix('E').is_some_and(|digits| digits.parse::<u16>().is_ok());
    // `ignore-windows` ignores a block there alone.
    let is_known = WORDS.contains(&word) || word == "ignore";
    is_known || is_error_code || word.starts_with("edition") || word.starts_with("ignore-")
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
