use trace_runtime::info;

fn main() {
    let ids = vec![1_u64, 2];
    info!(ids = ids.clone(), "loaded");
}
