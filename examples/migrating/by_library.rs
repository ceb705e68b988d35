//! What another crate does, which logs through `log`.

pub(crate) fn query(sql: &str) {
    log::info!(target: "library::db", rows = 1; "{sql}");
}
