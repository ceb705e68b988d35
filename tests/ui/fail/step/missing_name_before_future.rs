use trace_runtime::step;

async fn work() {}

async fn caller() {
    step!(work()).await;
}

fn main() {
    drop(caller());
}
