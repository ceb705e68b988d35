use trace_runtime::timed;

#[timed(carry(user_id))]
fn load(user_id: u32) -> u32 {
    user_id
}

fn main() {
    load(1);
}
