use trace_runtime::timed;

#[timed(fields(user.password = ?typed))]
fn login(typed: &str) {
    let _ = typed;
}

fn main() {
    login("");
}
