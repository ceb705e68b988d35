//! The modules of a crate, and which of them name which.

use std::collections::{HashMap, HashSet};

use crate::{
    repository::{files, read},
    source::{Kind, Token, code},
};

/// The way to a module from the root of its crate: `["line", "keys"]`.
pub(crate) type Path = Vec<String>;

pub(crate) struct Crate {
    pub(crate) files: Vec<File>,
    /// The names that a module re-exports or imports, and where they are from.
    imports: HashMap<Path, HashMap<String, Path>>,
}

/// A file of a crate, without what is compiled for tests alone.
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) module: Path,
    pub(crate) code: Vec<Token>,
    pub(crate) names: Vec<Name>,
    children: Vec<String>,
}

/// A place where a path of the crate is named.
pub(crate) struct Name {
    pub(crate) path: Path,
    pub(crate) line: usize,
    pub(crate) by: By,
}

#[derive(Debug, PartialEq)]
pub(crate) enum By {
    Import(String),
    ReExport(String),
    Code,
}

impl Crate {
    /// Reads a crate from its folder of sources.
    pub(crate) fn read(folder: &str) -> Self {
        let all = files(folder, "rs").into_iter().map(|path| {
            let module = module_of(path.strip_prefix(folder).unwrap());
            let source = read(&path);
            (path, module, source)
        });
        Self::of(all.collect())
    }

    /// Makes a crate of files: their paths, modules and texts.
    pub(crate) fn of(sources: Vec<(String, Path, String)>) -> Self {
        let parsed = sources.into_iter().map(|(path, module, source)| {
            let code = code(&source);
            let children = children(&code);
            let names = names(&code, &module, &children);
            File { path, module, code, names, children }
        });
        let mut files: Vec<_> = parsed.collect();
        let reached = reached(&files);
        files.retain(|file| reached.contains(&file.module));
        let imports = files.iter().map(|file| (file.module.clone(), imports(&file.names)));
        let imports = imports.collect();
        Self { files, imports }
    }

    pub(crate) fn has(&self, module: &[String]) -> bool {
        self.imports.contains_key(module)
    }

    /// Returns where the crate's root has a name from.
    pub(crate) fn at_root(&self, name: &str) -> Option<&Path> {
        self.imports.get(&Path::new())?.get(name)
    }

    /// Returns the module that a path is from, through whatever re-exports it.
    pub(crate) fn owner(&self, path: &[String]) -> Path {
        self.owner_within(path, 10)
    }

    fn owner_within(&self, path: &[String], most: usize) -> Path {
        let mut at = Path::new();
        for (index, segment) in path.iter().enumerate() {
            let child = [&at[..], std::slice::from_ref(segment)].concat();
            if self.has(&child) {
                at = child;
            } else if let (Some(from), 1..) = (self.imports[&at].get(segment), most) {
                return self.owner_within(&[from, &path[index + 1..]].concat(), most - 1);
            } else {
                break;
            }
        }
        at
    }
}

fn module_of(file: &str) -> Path {
    let segments = file.trim_end_matches(".rs").split('/');
    segments.filter(|segment| !["", "lib", "mod"].contains(segment)).map(str::to_owned).collect()
}

/// Returns the modules that are compiled: declared, not for tests alone.
fn reached(files: &[File]) -> HashSet<Path> {
    let mut reached = HashSet::from([Path::new()]);
    let mut sorted: Vec<_> = files.iter().collect();
    sorted.sort_by_key(|file| file.module.len());
    for file in sorted {
        if reached.contains(&file.module) {
            let child = |name: &String| [&file.module[..], std::slice::from_ref(name)].concat();
            reached.extend(file.children.iter().map(child));
        }
    }
    reached
}

/// Returns the modules that a file declares: `mod name;`.
fn children(code: &[Token]) -> Vec<String> {
    let declared = code.windows(3).filter(|it| it[0].is("mod") && it[2].is(";"));
    declared.map(|it| it[1].text.clone()).collect()
}

fn imports(names: &[Name]) -> HashMap<String, Path> {
    let import = |name: &Name| match &name.by {
        By::Import(as_) | By::ReExport(as_) => Some((as_.clone(), name.path.clone())),
        By::Code => None,
    };
    names.iter().filter_map(import).collect()
}

/// Returns all paths of the crate that a file names.
fn names(code: &[Token], module: &[String], children: &[String]) -> Vec<Name> {
    let (mut names, mut at, mut nested) = (Vec::new(), 0, Nested::default());
    while at < code.len() {
        nested.see(code, at);
        let here = [module, &nested.names()].concat();
        let absolute = |path: &[String]| absolute(path, &here, module, children);
        let line = code[at].line;
        if is_import(&code[at..]) {
            let mut tree = Tree { code, at: at + 1, leaves: Vec::new() };
            tree.read(&[]);
            for (path, name) in tree.leaves {
                let by = if is_public(&code[..at]) { By::ReExport } else { By::Import };
                names.extend(absolute(&path).map(|path| Name { path, line, by: by(name) }));
            }
            at = tree.at;
        } else if let Some(path) = inline(code, at) {
            at += path.len() * 2 - 1;
            names.extend(absolute(&path).map(|path| Name { path, line, by: By::Code }));
        } else {
            at += 1;
        }
    }
    names
}

/// Not the `use` of `impl Trait + use<'a>`.
fn is_import(code: &[Token]) -> bool {
    code[0].is("use") && !code.get(1).is_some_and(|it| it.is("<"))
}

/// Returns whether `pub` or `pub(…)` stands before an item.
fn is_public(before: &[Token]) -> bool {
    before.last().is_some_and(|it| it.is("pub") || it.is(")"))
}

/// The modules within a file that a place is in.
#[derive(Default)]
struct Nested {
    depth: usize,
    modules: Vec<(usize, String)>,
}

impl Nested {
    fn see(&mut self, code: &[Token], at: usize) {
        if code[at].is("{") {
            self.depth += 1;
        } else if code[at].is("}") {
            self.depth = self.depth.saturating_sub(1);
            self.modules.retain(|(depth, _)| *depth <= self.depth);
        } else if code[at].is("mod") && code.get(at + 2).is_some_and(|it| it.is("{")) {
            self.modules.push((self.depth + 1, code[at + 1].text.clone()));
        }
    }

    fn names(&self) -> Path {
        self.modules.iter().map(|(_, name)| name.clone()).collect()
    }
}

/// Returns the path from the crate's root, if this is one of the crate's.
fn absolute(
    path: &[String],
    here: &[String],
    file: &[String],
    children: &[String],
) -> Option<Path> {
    let first = path.first()?;
    let supers = path.iter().take_while(|segment| *segment == "super").count();
    match first.as_str() {
        "crate" => Some(path[1..].to_vec()),
        "self" => Some([here, &path[1..]].concat()),
        "super" => Some([&here[..here.len().checked_sub(supers)?], &path[supers..]].concat()),
        child if children.iter().any(|it| it == child) => Some([file, path].concat()),
        _ => None,
    }
}

/// Returns the path of at least two segments that begins here.
fn inline(code: &[Token], at: usize) -> Option<Path> {
    let before = |back| at.checked_sub(back).map(|before| &code[before]);
    let is_before = |back, text| before(back).is_some_and(|it: &Token| it.is(text));
    // Not `pub(in crate::a)`, which says where an item is seen.
    let is_visibility = is_before(1, "in") && is_before(2, "(");
    let continues = is_before(1, "::") || is_before(1, "$") || is_visibility;
    let is_word = |at: usize| code.get(at).is_some_and(|it| it.kind == Kind::Word);
    if continues || !is_word(at) {
        return None;
    }
    let mut path = vec![code[at].text.clone()];
    let mut end = at + 1;
    while code.get(end).is_some_and(|it| it.is("::")) && is_word(end + 1) {
        path.push(code[end + 1].text.clone());
        end += 2;
    }
    (path.len() > 1).then_some(path)
}

/// The tree of a `use`.
struct Tree<'a> {
    code: &'a [Token],
    at: usize,
    leaves: Vec<(Path, String)>,
}

impl Tree<'_> {
    /// Reads one branch, and stands behind it.
    fn read(&mut self, before: &[String]) {
        let mut path = before.to_vec();
        while let Some(token) = self.code.get(self.at) {
            match token.text.as_str() {
                "{" => return self.read_group(&path),
                "::" => {}
                "as" => return self.read_alias(path),
                "," | "}" | ";" => break,
                word => path.push(word.to_owned()),
            }
            self.at += 1;
        }
        self.end(path, None);
    }

    fn read_group(&mut self, path: &[String]) {
        self.at += 1;
        while self.code.get(self.at).is_some_and(|it| !it.is("}") && !it.is(";")) {
            self.read(path);
            self.at += usize::from(self.code.get(self.at).is_some_and(|it| it.is(",")));
        }
        self.at += 1;
    }

    fn read_alias(&mut self, path: Path) {
        let alias = self.code[self.at + 1].text.clone();
        self.at += 2;
        self.end(path, Some(alias));
    }

    fn end(&mut self, mut path: Path, alias: Option<String>) {
        if path.len() > 1 && path.last().is_some_and(|last| last == "self" || last == "*") {
            path.pop();
        }
        let last = path.last().cloned().unwrap_or_default();
        self.leaves.push((path, alias.unwrap_or(last)));
    }
}

/// Makes a crate of a few files, for a test.
pub(crate) fn example(files: &[(&str, &str)]) -> Crate {
    let file =
        |(path, text): &(&str, &str)| ((*path).to_owned(), module_of(path), (*text).to_owned());
    Crate::of(files.iter().map(file).collect())
}

fn named(this: &Crate, file: &str) -> Vec<String> {
    let file = this.files.iter().find(|it| it.path == file).unwrap();
    file.names.iter().map(|name| this.owner(&name.path).join("::")).collect()
}

#[test]
fn paths_are_found_in_imports_and_in_code() {
    let this = example(&[
        ("lib.rs", "mod a; mod b; pub use crate::a::{C, c::D as E};"),
        ("a/mod.rs", "pub(crate) mod c; #[cfg(test)] mod tests; pub(crate) use c::D; struct C;"),
        ("a/c.rs", "use super::C; struct D; mod e { use super::{super::C, D}; }"),
        ("a/tests.rs", "use crate::b;"),
        ("b.rs", "use crate::{self as x, a::{self, D}, E}; fn f() { crate::a::c::g(1); std::h() }"),
    ]);
    assert!(!this.has(&["a".to_owned(), "tests".to_owned()]));
    assert_eq!(named(&this, "a/c.rs"), ["a", "a", "a::c"]);
    assert_eq!(named(&this, "b.rs"), ["", "a", "a::c", "a::c", "a::c"]);
}
