//! A user's crate, written for a test, as an editor has it open.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use crate::{
    client::{Client, Reply},
    server::{Server, uri},
};

/// An attribute that changes nothing: what an editor answers below it is as
/// near to the plain function as an attribute can come.
const SAME: &str = "\
use proc_macro::TokenStream;

#[proc_macro_attribute]
pub fn same(_: TokenStream, item: TokenStream) -> TokenStream {
    item
}
";

const SAME_MANIFEST: &str = "\
[package]
name = \"same\"
version = \"0.0.0\"
edition = \"2024\"

[lib]
path = \"lib.rs\"
proc-macro = true
";

/// A library, and the server that has looked at it.
pub(crate) struct Project {
    folder: PathBuf,
    client: Client,
    /// Of the file that was changed last.
    version: usize,
}

/// A file of a project that is open.
#[derive(Clone)]
pub(crate) struct File {
    /// The module's name.
    pub(crate) name: String,
    pub(crate) text: String,
}

/// A line and a column, from 0, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place(pub(crate) usize, pub(crate) usize);

impl Place {
    /// Reads a place of the protocol.
    pub(crate) fn of(position: &Value) -> Self {
        let number = |key: &str| position[key].as_u64().and_then(|it| it.try_into().ok());
        Self(number("line").unwrap_or_default(), number("character").unwrap_or_default())
    }

    /// The place as the parameter of a question.
    pub(crate) fn position(self) -> Value {
        json!({ "line": self.0, "character": self.1 })
    }
}

impl Project {
    /// Writes a library of these modules, and opens them.
    pub(crate) fn open(server: &Server, name: &str, modules: &[File]) -> Self {
        let mut project = Self::load(server, name, "", modules);
        for file in modules {
            project.open_file(file);
        }
        project
    }

    /// Writes a library of these modules, with these lines for its manifest, and
    /// has a server look at it.
    pub(crate) fn load(server: &Server, name: &str, dependencies: &str, modules: &[File]) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        write(&folder.join("Cargo.toml"), &manifest(name, dependencies));
        write(&folder.join("same/Cargo.toml"), SAME_MANIFEST);
        write(&folder.join("same/lib.rs"), SAME);
        // The versions that the tests themselves were built with.
        let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
        if let Ok(lock) = fs::read_to_string(lock) {
            write(&folder.join("Cargo.lock"), &lock);
        }
        let names = modules.iter().map(|file| format!("pub mod {};\n", file.name));
        let root = String::from("#![allow(unused)]\n") + &names.collect::<String>();
        write(&folder.join("src/lib.rs"), &root);
        for file in modules {
            write(&folder.join(format!("src/{}.rs", file.name)), &file.text);
        }
        let client = server.start(&folder);
        Self { folder, client, version: 0 }
    }

    pub(crate) fn open_file(&mut self, file: &File) {
        let document = json!({
            "uri": self.uri(file), "languageId": "rust", "version": 0, "text": file.text
        });
        self.client.notify("textDocument/didOpen", &json!({ "textDocument": document }));
    }

    /// Replaces the text of a file, as typing does.
    pub(crate) fn change(&mut self, file: &File) {
        self.version += 1;
        let parameters = json!({
            "textDocument": { "uri": self.uri(file), "version": self.version },
            "contentChanges": [{ "text": file.text }],
        });
        self.client.notify("textDocument/didChange", &parameters);
    }

    /// Asks about a file, or about places in it: each question is a method and
    /// its parameters without the file.
    pub(crate) fn ask_all(&mut self, file: &File, questions: Vec<(&str, Value)>) -> Vec<Reply> {
        let uri = self.uri(file);
        let question = |(method, mut parameters): (&str, Value)| {
            parameters["textDocument"] = json!({ "uri": uri });
            (format!("textDocument/{method}"), parameters)
        };
        self.client.requests(questions.into_iter().map(question).collect())
    }

    /// Asks one question.
    pub(crate) fn ask(&mut self, file: &File, method: &str, parameters: Value) -> Value {
        let replies = self.ask_all(file, vec![(method, parameters)]);
        replies.into_iter().next().and_then(Result::ok).unwrap_or_default()
    }

    /// What the server says of itself.
    pub(crate) fn capabilities(&self) -> &Value {
        &self.client.capabilities
    }

    fn uri(&self, file: &File) -> String {
        uri(&self.folder.join(format!("src/{}.rs", file.name)))
    }
}

fn manifest(name: &str, dependencies: &str) -> String {
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../trace-runtime");
    format!(
        "[package]\n\
         name = {name:?}\n\
         version = \"0.0.0\"\n\
         edition = \"2024\"\n\
         \n\
         [dependencies]\n\
         async-trait = \"0.1\"\n\
         same = {{ path = \"same\" }}\n\
         trace-runtime = {{ path = '{}' }}\n\
         {dependencies}\n\
         [workspace]\n",
        runtime.display()
    )
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("is in a folder")).expect("can be made");
    fs::write(path, text).expect("can be written");
}
