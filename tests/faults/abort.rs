//! The child once more, built with `panic = "abort"`: nothing unwinds there,
//! and no code runs after the panic hook.

use std::{
    env::consts::EXE_SUFFIX,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

/// Returns the program; it is built the first time.
pub fn child() -> &'static Path {
    static CHILD: LazyLock<PathBuf> = LazyLock::new(build);
    &CHILD
}

fn build() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "-p", "tests", "--bin", "child", "--profile", "abort"])
        .arg("--target-dir")
        .arg(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    target.join("abort").join(format!("child{EXE_SUFFIX}"))
}
