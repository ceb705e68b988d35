use trace_runtime::timed;

#[timed(err = .source())]
fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {
    let _ = load();
}
