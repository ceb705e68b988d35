use trace_runtime::timed;

#[timed(err = |error| error)]
async fn load() -> Option<u8> {
    Some(7)
}

fn main() {
    let _ = load();
}
