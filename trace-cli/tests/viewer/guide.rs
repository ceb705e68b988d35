//! What the guide's page shows of the program is what the program says. With
//! `TRACE_BLESS=1` the page is written instead.

use std::{env, fs, path::Path, process::Command};

use crate::{
    compared::two_days,
    support::{cases, folder},
};

/// Runs a command line as a person types it.
fn said(command: &str, folder: &Path) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_trace")).parent().unwrap();
    let path = env::join_paths([program, Path::new("/usr/bin"), Path::new("/bin")]).unwrap();
    let mut sh = Command::new("sh");
    sh.args(["-c", command]).current_dir(folder).env_clear().env("PATH", path);
    String::from_utf8(sh.output().unwrap().stdout).unwrap()
}

#[test]
fn the_answers_in_the_guide_are_those_of_its_logs() {
    let folder = folder("guide");
    fs::copy(cases().join("outcomes.jsonl"), folder.join("shop.log")).unwrap();
    let (yesterday, today) = two_days();
    fs::write(folder.join("yesterday.log"), yesterday).unwrap();
    fs::write(folder.join("today.log"), today).unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guide/viewer.md");
    let page = fs::read_to_string(&path).unwrap();
    let mut parts = page.split("```text\n$ ");
    let mut written = parts.next().unwrap().to_owned();
    let mut count = 0;
    for part in parts {
        let (block, rest) = part.split_once("```").unwrap();
        let command = block.lines().next().unwrap();
        let block = format!("{command}\n{}", said(command, &folder));
        written.push_str(&format!("```text\n$ {block}```{rest}"));
        count += 1;
    }
    assert_eq!(count, 8);
    if env::var_os("TRACE_BLESS").is_some() {
        fs::write(path, written).unwrap();
        return;
    }
    assert_eq!(page, written, "docs/guide/viewer.md (rewritten with TRACE_BLESS=1)");
}
