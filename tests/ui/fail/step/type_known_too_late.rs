use trace_runtime::step;

#[derive(Debug)]
struct Failure;

async fn caller() -> Result<u8, Failure> {
    step!("render", async { Ok(1) }).await
}

fn main() {
    drop(caller());
}
