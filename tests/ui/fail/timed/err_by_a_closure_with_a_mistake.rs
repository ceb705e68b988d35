use trace_runtime::timed;

#[timed(err = |error| error.reason())]
fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {
    let _ = load();
}
