//! A user's crate, written for a test, and what cargo says of it.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// A package whose programs are compiled one by one.
pub(crate) struct Project {
    folder: PathBuf,
}

/// What a compiler says, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Diagnostic {
    /// The program it is about.
    pub(crate) program: String,
    /// The first line of what it points at.
    pub(crate) line: usize,
    level: String,
    /// `E0308`, or the name of a lint.
    pub(crate) code: String,
    message: String,
    carets: Vec<Caret>,
}

/// What a message points at, and what it says there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Caret {
    /// Empty if it is the program's.
    file: String,
    lines: (usize, usize),
    columns: (u64, u64),
    label: String,
}

impl Project {
    pub(crate) fn new(name: &str, edition: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let project = Self { folder };
        let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../trace-runtime");
        project.write(
            "Cargo.toml",
            &format!(
                "[package]\n\
                 name = {name:?}\n\
                 version = \"0.0.0\"\n\
                 edition = {edition:?}\n\
                 \n\
                 [dependencies]\n\
                 tokio = {{ version = \"1\", default-features = false, features = [\"rt\"] }}\n\
                 trace-runtime = {{ path = {runtime:?} }}\n\
                 \n\
                 [workspace]\n"
            ),
        );
        // The versions that the tests themselves were built with.
        let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
        if let (Ok(lock), false) = (fs::read_to_string(lock), project.path("Cargo.lock").exists()) {
            project.write("Cargo.lock", &lock);
        }
        project.clear();
        project
    }

    /// Adds a program.
    pub(crate) fn add(&self, name: &str, source: &str) {
        self.write(&format!("src/bin/{name}.rs"), source);
    }

    /// Returns all that `cargo check` or `cargo clippy` says of the programs.
    pub(crate) fn diagnostics(&self, command: &str) -> Vec<Diagnostic> {
        let output = Command::new(env!("CARGO"))
            .args([command, "--bins", "--keep-going", "--quiet", "--message-format=json"])
            .args(if command == "clippy" { &["--no-deps"][..] } else { &[] })
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("parity"))
            .env("CARGO_INCREMENTAL", "0")
            .env_remove("RUSTFLAGS")
            .output()
            .expect("cargo runs");
        let stdout = String::from_utf8_lossy(&output.stdout);
        let messages = stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let (mut found, mut compiled) = (Vec::new(), 0);
        for message in messages {
            compiled += usize::from(message["reason"] == "compiler-artifact");
            found.extend(Diagnostic::of(&message));
        }
        found.sort();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(compiled > 0, "cargo {command} could not compile what the code needs: {errors}");
        found
    }

    /// Removes the programs of an earlier run that are no more.
    fn clear(&self) {
        if let Ok(programs) = fs::read_dir(self.path("src/bin")) {
            for program in programs.flatten() {
                fs::remove_file(program.path()).expect("can be removed");
            }
        }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("is in a folder")).expect("can be made");
        fs::write(path, text).expect("can be written");
    }
}

impl Diagnostic {
    fn of(message: &Value) -> Option<Self> {
        let diagnostic = &message["message"];
        let spans = diagnostic["spans"].as_array()?.iter();
        let mut carets: Vec<_> =
            spans.filter(|span| span["is_primary"] == true).map(Caret::of).collect();
        carets.sort();
        // "aborting due to 2 previous errors" points at nothing.
        let line = carets.first()?.lines.0;
        Some(Self {
            program: text(&message["target"]["name"]),
            line,
            level: text(&diagnostic["level"]),
            code: text(&diagnostic["code"]["code"]),
            message: text(&diagnostic["message"]),
            carets,
        })
    }

    /// The same, said of a program that begins at `line`, whatever its name.
    pub(crate) fn relative_to(&self, line: usize) -> Self {
        let mut relative = self.clone();
        relative.program.clear();
        relative.line -= line;
        for caret in &mut relative.carets {
            if caret.file.is_empty() {
                caret.lines = (caret.lines.0 - line, caret.lines.1 - line);
            }
        }
        relative
    }
}

impl Diagnostic {
    /// What it points at: lines and columns.
    pub(crate) fn places(&self) -> Vec<(usize, u64, usize, u64)> {
        let of_caret = |caret: &Caret| {
            let (first, last) = (caret.lines, caret.columns);
            (first.0, last.0, first.1, last.1)
        };
        self.carets.iter().map(of_caret).collect()
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { program: _, line: _, level, code, message, carets } = self;
        write!(f, "{level} {code} {message}")?;
        for Caret { file, lines, columns, label } in carets {
            write!(f, " {file}{}:{}-{}:{} {label}", lines.0, columns.0, lines.1, columns.1)?;
        }
        Ok(())
    }
}

impl Caret {
    fn of(span: &Value) -> Self {
        let number = |key: &str| span[key].as_u64().unwrap_or_default();
        let line = |key| usize::try_from(number(key)).unwrap_or_default();
        let file = text(&span["file_name"]);
        Self {
            file: if file.starts_with("src/bin/") { String::new() } else { file },
            lines: (line("line_start"), line("line_end")),
            columns: (number("column_start"), number("column_end")),
            label: text(&span["label"]),
        }
    }
}

/// Of an annotated function, rustc says that it is what its body became.
fn text(value: &Value) -> String {
    let text = value.as_str().unwrap_or_default();
    let text =
        text.replace("an async block", "an async function").replace("a closure", "a function");
    text.replace("`async` block", "`async` function")
}
