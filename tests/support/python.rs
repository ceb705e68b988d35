//! Python with a package, installed below `target` where it is missing.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// Returns a Python that can import `module` of `package`, or `None` if it
/// cannot be had. `folder` keeps what is installed.
pub fn python_with(package: &str, module: &str, folder: &Path) -> Option<PathBuf> {
    let environment = folder.join(module);
    let python = environment.join(if cfg!(windows) { "Scripts/python" } else { "bin/python" });
    let import = format!("import {module}");
    let install = ["-m", "pip", "install", "-q", "--retries", "0", "--timeout", "20", package];
    let has_it = succeeds(Command::new(&python).args(["-c", &import]))
        || succeeds(Command::new("python3").args(["-m", "venv"]).arg(&environment))
            && succeeds(Command::new(&python).args(install));
    has_it.then_some(python)
}

/// Returns whether a program is there and succeeds.
pub fn succeeds(program: &mut Command) -> bool {
    program.output().is_ok_and(|output| output.status.success())
}
