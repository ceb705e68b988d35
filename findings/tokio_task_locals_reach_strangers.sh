#!/usr/bin/env bash
# A task-local, and tasks that are driven inside its scope.
#
# Version: tokio 1.54.1.
# Seen: a task of a `LocalSet` that was spawned before the scope, outside it, and
#   that is polled because the set is awaited inside the scope, reads the value
#   of the scope. So does a bare `spawn` on a current-thread runtime whose
#   `block_on` is called inside a `sync_scope`. On a multi-thread runtime the
#   same `spawn` reads nothing.
# What it means: a task-local is a property of what polls, not of what spawned. A
#   request's id can stand on the lines of another's work, if a handler drives a
#   set of tasks that is shared.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir src
cat > Cargo.toml <<'TOML'
[package]
name = "probe"
version = "0.0.0"
edition = "2021"

[dependencies]
tokio = { version = "=1.54.1", features = ["rt-multi-thread"] }
TOML
cat > src/main.rs <<'RUST'
use tokio::{runtime::Builder, task::LocalSet};

tokio::task_local! {
    static ID: u32;
}

fn read() -> Option<u32> {
    ID.try_with(|id| *id).ok()
}

fn main() {
    let current = Builder::new_current_thread().build().unwrap();
    let many = Builder::new_multi_thread().worker_threads(1).build().unwrap();

    let set = LocalSet::new();
    let stranger = set.spawn_local(async { read() });
    let seen = current.block_on(ID.scope(7, async {
        set.await;
        stranger.await.unwrap()
    }));
    println!("task of a LocalSet that is awaited inside the scope: {seen:?}");
    assert_eq!(seen, Some(7));

    let spawned = async { tokio::spawn(async { read() }).await.unwrap() };
    let seen = ID.sync_scope(7, || current.block_on(spawned));
    println!("spawned on a current-thread runtime that blocks inside it: {seen:?}");
    assert_eq!(seen, Some(7));

    let spawned = async { tokio::spawn(async { read() }).await.unwrap() };
    let seen = ID.sync_scope(7, || many.block_on(spawned));
    println!("spawned on a multi-thread runtime that blocks inside it: {seen:?}");
    assert_eq!(seen, None);
}
RUST
cargo run --quiet
echo "as described"
