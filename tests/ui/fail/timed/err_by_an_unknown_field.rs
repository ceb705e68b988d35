use trace_runtime::timed;

struct AppError(String);

#[timed(err = .inner)]
fn load() -> Result<u8, AppError> {
    Err(AppError(String::new()))
}

fn main() {
    let _ = load();
}
