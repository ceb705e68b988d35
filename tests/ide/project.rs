//! A user's crate, written for a test, as an editor has it open.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use crate::{
    client::Client,
    server::{Server, uri},
};

/// A library, and the server that has looked at it.
pub(crate) struct Project {
    folder: PathBuf,
    client: Client,
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

impl Project {
    /// Writes a library of these modules, and opens them.
    pub(crate) fn open(server: &Server, name: &str, modules: &[File]) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        write(&folder.join("Cargo.toml"), &manifest(name));
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
        let mut project = Self { folder, client };
        for file in modules {
            project.open_file(file);
        }
        project
    }

    fn open_file(&mut self, file: &File) {
        let document = json!({
            "uri": self.uri(file), "languageId": "rust", "version": 0, "text": file.text
        });
        self.client.notify("textDocument/didOpen", &json!({ "textDocument": document }));
    }

    /// Replaces the text of a file, as typing does.
    pub(crate) fn change(&mut self, file: &File) {
        let parameters = json!({
            "textDocument": { "uri": self.uri(file), "version": 1 },
            "contentChanges": [{ "text": file.text }],
        });
        self.client.notify("textDocument/didChange", &parameters);
    }

    /// Asks about a file.
    pub(crate) fn ask(&mut self, method: &str, file: &File, more: Value) -> Result<Value, String> {
        let mut parameters = more;
        parameters["textDocument"] = json!({ "uri": self.uri(file) });
        self.client.request(&format!("textDocument/{method}"), &parameters)
    }

    /// Asks about a place in a file.
    pub(crate) fn ask_at(
        &mut self,
        method: &str,
        file: &File,
        place: Place,
        more: Value,
    ) -> Result<Value, String> {
        let mut parameters = more;
        parameters["position"] = json!({ "line": place.0, "character": place.1 });
        self.ask(method, file, parameters)
    }

    fn uri(&self, file: &File) -> String {
        uri(&self.folder.join(format!("src/{}.rs", file.name)))
    }
}

fn manifest(name: &str) -> String {
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../trace-runtime");
    format!(
        "[package]\n\
         name = {name:?}\n\
         version = \"0.0.0\"\n\
         edition = \"2024\"\n\
         \n\
         [dependencies]\n\
         async-trait = \"0.1\"\n\
         trace-runtime = {{ path = '{}' }}\n\
         \n\
         [workspace]\n",
        runtime.display()
    )
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("is in a folder")).expect("can be made");
    fs::write(path, text).expect("can be written");
}
