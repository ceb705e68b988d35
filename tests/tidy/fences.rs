//! The blocks of code in a document.

/// A block: what stands behind its fence, its text, and the line of its fence.
pub(crate) struct Fence<'a> {
    pub(crate) info: &'a str,
    pub(crate) text: String,
    pub(crate) line: usize,
}

impl Fence<'_> {
    /// Returns a word of what stands behind the fence: the first one is the
    /// language.
    pub(crate) fn word(&self, at: usize) -> Option<&str> {
        self.info.split([' ', ',']).nth(at).filter(|word| !word.is_empty())
    }
}

/// Returns the blocks of a document, those in lists without their indent.
pub(crate) fn fences(document: &str) -> Vec<Fence<'_>> {
    let (mut fences, mut open) = (Vec::new(), None::<(Fence<'_>, usize)>);
    for (line, number) in document.lines().zip(1..) {
        let indent = line.len() - line.trim_start().len();
        let fence = line.trim_start().strip_prefix("```");
        open = match (open, fence) {
            (None, Some(info)) => Some((Fence { info, text: String::new(), line: number }, indent)),
            (None, None) => None,
            (Some((fence, _)), Some(_)) => {
                fences.push(fence);
                None
            }
            (Some((mut fence, indent)), None) => {
                fence.text.push_str(line.get(indent..).unwrap_or_default());
                fence.text.push('\n');
                Some((fence, indent))
            }
        };
    }
    fences
}

#[test]
fn blocks_have_a_language_an_origin_and_their_text() {
    let found =
        fences("a\n```json hello\n{}\n```\n1. b\n\n   ```rust,no_run\n   c\n\n   d\n   ```\n");
    let shown: Vec<_> = found.iter().map(|it| (it.info, it.text.as_str(), it.line)).collect();
    assert_eq!(shown, [("json hello", "{}\n", 2), ("rust,no_run", "c\n\nd\n", 7)]);
    assert_eq!((found[0].word(0), found[0].word(1)), (Some("json"), Some("hello")));
    assert_eq!(found[1].word(2), None);
}
