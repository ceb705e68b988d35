//! Which crates a user gets, and which versions belong together.

use std::{collections::BTreeSet, env, process::Command};

use crate::repository::{read, root};

/// Returns the crates a user of the runtime gets.
fn default_tree() -> BTreeSet<String> {
    tree(&["-p", "trace-runtime"])
}

/// Returns the names of the crates in a tree, without those for development.
fn tree(of: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "-e", "normal", "--prefix", "none", "-f", "{p}"])
        .args(of)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).unwrap();
    let name = |line: &str| line.split_whitespace().next().unwrap_or_default().to_owned();
    tree.lines().map(name).filter(|name| !name.is_empty()).collect()
}

#[test]
fn the_default_tree_has_no_logging_framework_and_no_time_formatter() {
    let refused = ["log", "tracing", "tracing-core", "slog", "time", "chrono", "jiff", "humantime"];
    for of in ["trace-macros", "trace-metrics", "trace-runtime", "trace-tower"] {
        let tree = tree(&["-p", of]);
        for name in refused {
            assert!(!tree.contains(name), "{name} is in the default tree of {of}");
        }
    }
}

#[test]
fn the_edge_needs_no_framework() {
    let without = tree(&["-p", "trace-tower", "--no-default-features"]);
    for name in ["axum", "axum-core", "hyper", "tower", "log", "tracing"] {
        assert!(!without.contains(name), "{name} is in the tree without features");
    }
    let with = tree(&["-p", "trace-tower"]);
    for name in ["hyper", "tokio-util", "log", "tracing"] {
        assert!(!with.contains(name), "{name} is in the default tree");
    }
}

/// Returns the crates that a crate brings besides ours and those that the runtime
/// has already.
fn brought(name: &str, features: &[&str]) -> Vec<String> {
    let runtime = default_tree();
    let all = tree(&[&["-p", name], features].concat());
    all.difference(&runtime).filter(|it| *it != name).cloned().collect()
}

#[test]
fn each_bridge_brings_its_library_alone() {
    assert_eq!(brought("trace-log", &[]), ["log"]);
    // `tracing-core` needs `once_cell`, which the runtime has already.
    assert_eq!(brought("trace-tracing", &[]), ["tracing-core"]);
    assert!(default_tree().contains("once_cell"));
}

#[test]
fn the_exporter_brings_few_crates() {
    let without = tree(&["-p", "trace-otel"]);
    let more = |features: &str| {
        let with = tree(&["-p", "trace-otel", "--features", features]);
        with.difference(&without).count()
    };
    // Ours is one of them.
    let added = without.difference(&default_tree()).count() - 1;
    let more = ["gzip", "metrics", "tls"].map(more);
    assert_eq!((added, more), (9, [5, 1, 10]), "docs/guide/otlp.md says so");
    for name in ["hyper", "reqwest", "opentelemetry", "prost", "tracing"] {
        assert!(!without.contains(name), "{name} is in the tree of trace-otel");
    }
}

#[test]
fn the_readme_says_how_many_crates_a_user_gets() {
    // Ours is the one the user asked for.
    let others = default_tree().len() - 1;
    let expected = format!("{others} crates");
    assert!(
        read("README.md").contains(&expected),
        "README.md does not say {expected}: {:?}",
        default_tree()
    );
}

#[test]
fn the_macros_are_pinned_to_the_runtimes_version() {
    let manifest = read("Cargo.toml");
    let version = manifest.split("version = \"").nth(1).unwrap().split('"').next().unwrap();
    assert!(manifest.contains(&format!(
        "trace-macros = {{ path = \"trace-macros\", version = \"={version}\" }}"
    )));
}

#[test]
fn the_changelog_has_this_version() {
    assert!(read("CHANGELOG.md").contains(&format!("\n## {}", env!("CARGO_PKG_VERSION"))));
}
