use trace_runtime::traced_handler;

#[traced_handler(carry = user_id)]
async fn load(user_id: u32) -> u32 {
    user_id
}

fn main() {
    let _ = load(1);
}
