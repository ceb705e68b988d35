//! Which module may use which.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    architecture::listed_modules,
    modules::{By, Crate, File, Path, example},
    source::Kind,
    violations::{Rule, Violation, assert_none},
};

const CRATES: [&str; 4] =
    ["trace-cli/src", "trace-macros/src", "trace-runtime/src", "trace-tower/src"];

/// A file that uses something, and the module that has it.
struct Use<'a> {
    file: &'a File,
    line: usize,
    of: Path,
}

/// Returns what each file of a crate uses of its other modules.
fn uses(of: &Crate) -> Vec<Use<'_>> {
    let mut uses = Vec::new();
    for file in &of.files {
        for name in file.names.iter().filter(|name| !is_macro(&name.path)) {
            let owner = of.owner(&name.path);
            let is_own = owner == file.module;
            let shows_a_child =
                matches!(name.by, By::ReExport(_)) && owner.starts_with(&file.module);
            if !is_own && (!shows_a_child || is_named_in_code(file, &name.by)) {
                uses.push(Use { file, line: name.line, of: owner });
            }
        }
    }
    uses
}

/// Macros are text, and name `__private` wherever they are expanded.
fn is_macro(path: &[String]) -> bool {
    path.last().is_some_and(|name| name.starts_with("__") && name != "__private")
}

/// Returns whether a file uses a name that it re-exports.
fn is_named_in_code(file: &File, by: &By) -> bool {
    let By::ReExport(name) = by else { return false };
    let mut is_import = false;
    let mut before = "";
    file.code.iter().any(|token| {
        is_import = token.is("use") || is_import && !token.is(";");
        let is_whole = !["::", ".", "fn", "mod"].contains(&before);
        before = &token.text;
        !is_import && is_whole && token.kind == Kind::Word && token.text == *name
    })
}

/// The kinds of use there are, seen from the folder that both are in.
enum Seen {
    /// A module of the folder uses another.
    Siblings(Path, String, String),
    /// A module uses what stands in the folder's `mod.rs` itself.
    Up(Path),
    /// The folder's `mod.rs` uses one of its modules.
    Down(Path),
}

fn seen(from: &[String], to: &[String]) -> Seen {
    let common = from.iter().zip(to).take_while(|(from, to)| from == to).count();
    let folder = from[..common].to_vec();
    match (from.get(common), to.get(common)) {
        (Some(from), Some(to)) => Seen::Siblings(folder, from.clone(), to.clone()),
        (Some(_), None) => Seen::Up(folder),
        (None, _) => Seen::Down(folder),
    }
}

fn violation(at: &Use<'_>, what: String) -> Violation {
    Violation { file: at.file.path.clone(), line: at.line, what }
}

#[test]
fn each_module_uses_only_what_stands_above_it_in_the_architecture() {
    let order = listed_modules();
    let place = |module: &str| order.iter().position(|name| *name == module);
    let runtime = Crate::read("trace-runtime/src");
    let mut found = Vec::new();
    for at in uses(&runtime) {
        let Seen::Siblings(folder, from, to) = seen(&at.file.module, &at.of) else { continue };
        if folder.is_empty() && (place(&to) >= place(&from) || place(&to).is_none()) {
            let what = format!("`{from}` uses `{to}`, which does not stand above it");
            found.push(violation(&at, what));
        }
    }
    assert_none(Rule::Order, &found);
}

#[test]
fn modules_of_a_folder_form_no_circle() {
    let found = CRATES.map(|folder| circles(&uses(&Crate::read(folder))));
    assert_none(Rule::Folders, &found.concat());
}

/// Returns each use that is part of a circle.
fn circles(uses: &[Use<'_>]) -> Vec<Violation> {
    let mut arrows: BTreeMap<Path, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    let mut places = Vec::new();
    for at in uses {
        if let Seen::Siblings(folder, from, to) = seen(&at.file.module, &at.of) {
            let of_folder = arrows.entry(folder.clone()).or_default();
            of_folder.entry(from.clone()).or_default().insert(to.clone());
            places.push((at, folder, from, to));
        }
    }
    let is_circle = |(_, folder, from, to): &&(_, Path, String, String)| {
        leads_to(&arrows[folder], to, from, &mut BTreeSet::new())
    };
    let circle = |(at, _, from, to): &(&Use<'_>, _, String, String)| {
        violation(at, format!("`{from}` uses `{to}`, which uses `{from}`"))
    };
    let mut circles: Vec<_> = places.iter().filter(is_circle).map(circle).collect();
    circles.dedup();
    circles
}

fn leads_to(
    arrows: &BTreeMap<String, BTreeSet<String>>,
    from: &str,
    to: &str,
    seen: &mut BTreeSet<String>,
) -> bool {
    let mut next = arrows.get(from).into_iter().flatten();
    from == to || next.any(|next| seen.insert(next.clone()) && leads_to(arrows, next, to, seen))
}

#[test]
fn a_folder_is_used_by_its_modules_or_uses_them() {
    let found = CRATES.map(|folder| both_ways(&uses(&Crate::read(folder))));
    assert_none(Rule::Folders, &found.concat());
}

/// Returns the uses in folders whose `mod.rs` uses its modules, and is used by
/// them too.
fn both_ways(uses: &[Use<'_>]) -> Vec<Violation> {
    let (mut up, mut down) = (BTreeMap::new(), BTreeMap::new());
    for at in uses {
        match seen(&at.file.module, &at.of) {
            Seen::Up(folder) => drop(up.entry(folder).or_insert(at)),
            Seen::Down(folder) => drop(down.entry(folder).or_insert(at)),
            Seen::Siblings(..) => {}
        }
    }
    let both = up.iter().filter_map(|(folder, up)| Some((folder, up, down.get(folder)?)));
    both.map(|(folder, up, down)| {
        let name = folder.join("::");
        let (other, line) = (down.of.join("::"), down.line);
        violation(up, format!("uses `{name}`, which uses `{other}` (line {line})"))
    })
    .collect()
}

#[test]
fn modules_import_from_the_owner_and_not_from_the_root() {
    let found = CRATES.map(|folder| through_the_root(&Crate::read(folder)));
    assert_none(Rule::Owners, &found.concat());
}

/// Returns each place that names something which the root only re-exports.
fn through_the_root(this: &Crate) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in this.files.iter().filter(|file| !file.module.is_empty()) {
        for name in &file.names {
            let Some(first) = name.path.first() else { continue };
            let is_module = this.has(std::slice::from_ref(first));
            if let (false, Some(from)) = (is_module, this.at_root(first)) {
                let what = format!("`crate::{first}` is `crate::{}`", from.join("::"));
                found.push(Violation { file: file.path.clone(), line: name.line, what });
            }
        }
    }
    found
}

fn shown(found: &[Violation]) -> Vec<String> {
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn circles_are_found_through_re_exports() {
    let this = example(&[
        ("lib.rs", "mod a;"),
        ("a/mod.rs", "mod b; mod c; mod d; pub(crate) use self::{b::B, c::C};"),
        ("a/b.rs", "fn f() { super::C::new() }"),
        ("a/c.rs", "use super::B;"),
        ("a/d.rs", "use super::{B, C};"),
    ]);
    let found =
        ["a/b.rs:1: `b` uses `c`, which uses `b`", "a/c.rs:1: `c` uses `b`, which uses `c`"];
    assert_eq!(shown(&circles(&uses(&this))), found);
}

#[test]
fn a_folder_that_only_shows_its_modules_does_not_use_them() {
    let with = |mod_rs| {
        let files = [("lib.rs", "mod a;"), ("a/mod.rs", mod_rs), ("a/b.rs", "use super::A;")];
        shown(&both_ways(&uses(&example(&files))))
    };
    assert_eq!(with("mod b; pub use b::B; struct A;"), [""; 0]);
    let found = ["a/b.rs:1: uses `a`, which uses `a::b` (line 1)"];
    assert_eq!(with("mod b; pub use b::B; struct A(B);"), found);
    assert_eq!(with("mod b; use b::B; struct A;"), found);
}

#[test]
fn names_that_the_root_re_exports_are_found() {
    let this = example(&[
        ("lib.rs", "mod a; mod b; pub use crate::a::A; struct C;"),
        ("a.rs", "struct A;"),
        ("b.rs", "use crate::{C, a}; fn f() -> crate::A { a::g() }"),
    ]);
    assert_eq!(shown(&through_the_root(&this)), ["b.rs:1: `crate::A` is `crate::a::A`"]);
}
