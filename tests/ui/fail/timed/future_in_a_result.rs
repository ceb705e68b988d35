use trace_runtime::timed;

#[timed]
fn upload() -> Result<impl Future<Output = u8>, String> {
    Ok(async { 1 })
}

fn main() {
    let _ = upload();
}
