//! Finds a rust-analyzer, and starts it over a project.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Value, json};

use crate::client::Client;

/// The one whose answers the lists were made of.
const RECORDED: &str = "rust-analyzer 1.96.0";

/// A rust-analyzer that can be started.
pub(crate) struct Server {
    program: PathBuf,
    /// What it was unpacked into, if it is not installed.
    root: Option<PathBuf>,
}

impl Server {
    /// Returns the recorded one: unpacked in the target folder, or installed.
    pub(crate) fn find() -> Option<Self> {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../rust-analyzer");
        let unpacked = Self { program: root.join("usr/bin/rust-analyzer"), root: Some(root) };
        let installed = Self { program: "rust-analyzer".into(), root: None };
        let found = [unpacked, installed].into_iter().find(Self::is_recorded);
        if found.is_none() {
            println!("skipped: there is no {RECORDED}");
        }
        found
    }

    fn is_recorded(&self) -> bool {
        let version = self.command().arg("--version").output();
        version.is_ok_and(|it| String::from_utf8_lossy(&it.stdout).starts_with(RECORDED))
    }

    /// Starts it, and waits until it has looked at the project.
    pub(crate) fn start(&self, project: &Path) -> Client {
        Client::start(self.command(), &uri(project), self.settings())
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        if let Some(root) = &self.root {
            command.env("LD_LIBRARY_PATH", root.join("usr/lib/x86_64-linux-gnu"));
        }
        command
    }

    fn settings(&self) -> Value {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ide-target");
        json!({
            "checkOnSave": false,
            "files": { "watcher": "client" },
            "cachePriming": { "enable": false },
            "completion": { "autoimport": { "enable": false } },
            "cargo": {
                "sysrootSrc": self.library(),
                "targetDir": target,
                "extraEnv": { "LD_LIBRARY_PATH": "" },
            },
        })
    }

    /// The source of the standard library, if it was unpacked, too.
    fn library(&self) -> Option<PathBuf> {
        let sources = self.root.as_ref()?.join("usr/src").read_dir().ok()?;
        sources.flatten().map(|source| source.path().join("library")).find(|it| it.exists())
    }
}

/// The address of a file.
pub(crate) fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}
