use trace_runtime::step;

async fn work() {}

async fn caller() {
    step!("render", work().await);
}

fn main() {
    drop(caller());
}
