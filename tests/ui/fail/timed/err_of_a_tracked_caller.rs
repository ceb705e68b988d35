use trace_runtime::timed;

#[timed(err = .0)]
#[track_caller]
fn load() -> Result<u8, (String,)> {
    Ok(7)
}

fn main() {
    let _ = load();
}
