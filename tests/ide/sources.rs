//! The files that are looked at, in each form.

use crate::project::File;

/// Functions, and the attributes that they are looked at with.
pub(crate) struct Source {
    pub(crate) name: &'static str,
    text: &'static str,
    /// A name for each attribute.
    pub(crate) forms: &'static [(&'static str, &'static str)],
}

/// What stands before each function, in the place of an attribute.
const MARK: &str = "#[annotated]";

/// What begins a line that stands for the one before in the plain file.
const TWIN: &str = "//~";

/// The form without an attribute.
pub(crate) const PLAIN: &str = "plain";

/// The form with an attribute that changes nothing.
pub(crate) const SAME: &str = "same";

pub(crate) const SOURCES: [Source; 3] = [
    Source {
        name: "async",
        text: include_str!("functions/async.rs"),
        forms: &[
            ("timed", "#[trace_runtime::timed]"),
            ("fields", "#[trace_runtime::timed(fields(k = true))]"),
            ("handler", "#[trace_runtime::traced_handler]"),
        ],
    },
    Source {
        name: "sync",
        text: include_str!("functions/sync.rs"),
        forms: &[
            ("timed", "#[trace_runtime::timed]"),
            ("fields", "#[trace_runtime::timed(fields(k = true))]"),
        ],
    },
    Source {
        name: "macros",
        text: include_str!("functions/macros.rs"),
        forms: &[("ours", "#[allow(unused)]")],
    },
];

impl Source {
    /// Returns the plain file, and the one with an attribute that changes
    /// nothing.
    pub(crate) fn plain(&self) -> [File; 2] {
        let plain = twin(self.text);
        [(PLAIN, ""), (SAME, "#[same::same]")]
            .map(|(form, attribute)| self.file(form, &plain.replace(MARK, attribute)))
    }

    /// Returns the file in a form.
    pub(crate) fn form(&self, (form, attribute): &(&str, &str)) -> File {
        self.file(form, &self.text.replace(MARK, attribute))
    }

    fn file(&self, form: &str, text: &str) -> File {
        File { name: format!("{}_{form}", self.name), text: text.to_owned() }
    }
}

/// All files in all forms.
pub(crate) fn files() -> Vec<File> {
    let of_source = |source: &Source| {
        let forms = source.forms.iter().map(|form| source.form(form));
        source.plain().into_iter().chain(forms).collect::<Vec<_>>()
    };
    SOURCES.iter().flat_map(of_source).collect()
}

/// Returns the file with each line that has a twin replaced by it, in the same
/// columns.
fn twin(text: &str) -> String {
    let lines: Vec<_> = text.lines().collect();
    let twins = lines.iter().skip(1).map(|next| next.strip_prefix(TWIN));
    let plain = lines.iter().zip(twins.chain([None])).map(|(line, twin)| match twin {
        Some(twin) => " ".repeat(TWIN.len()) + twin + "\n",
        None => (*line).to_owned() + "\n",
    });
    plain.collect()
}
