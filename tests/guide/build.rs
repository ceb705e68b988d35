//! Makes a module of each page: README.md, and the pages of `docs`. A page that
//! is added is found without being listed.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// The folders whose pages are compiled.
const FOLDERS: [&str; 3] = ["docs", "docs/guide", "docs/measured"];

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let mut modules = String::new();
    for page in pages(&root) {
        let name = page.trim_end_matches(".md").replace(['/', '-'], "_").to_lowercase();
        let path = root.join(&page).into_os_string().into_string().unwrap();
        writeln!(modules, "#[doc = include_str!({path:?})]\nmod {name} {{}}").unwrap();
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap());
    fs::write(out.join("pages.rs"), modules).unwrap();
}

/// Returns the paths of the pages, from the root of the repository.
fn pages(root: &Path) -> Vec<String> {
    let mut pages = vec!["README.md".to_owned()];
    for folder in FOLDERS {
        println!("cargo::rerun-if-changed={}", root.join(folder).display());
        let entries = fs::read_dir(root.join(folder)).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        let of_folder = paths.filter(|path| path.extension().is_some_and(|it| it == "md"));
        let names = of_folder.map(|path| path.file_name().unwrap().to_str().unwrap().to_owned());
        pages.extend(names.map(|name| format!("{folder}/{name}")));
    }
    pages.sort();
    pages
}
