use trace_runtime::timed;

#[timed(fields(path))]
fn read(path: &str) -> usize {
    path.len()
}

fn main() {
    read("/etc/hosts");
}
