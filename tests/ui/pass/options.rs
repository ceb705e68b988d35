use trace_runtime::{Public, Secret, timed, traced_handler};

const NAME: &str = "constant";

#[timed(name = NAME, target = self::NAME, level = Level::DEBUG, slow = "250ms", err = debug)]
fn constants() -> Result<(), String> {
    Ok(())
}

#[timed(level = 4, err = off, crate = trace_runtime,)]
fn numbered() -> Result<(), String> {
    Ok(())
}

#[timed(fields(id, sum = id + 1, text = %id, state = ?id, a.b = id, "a-b" = id, r#type = -1,))]
async fn fields(id: u64) {}

#[timed(fields(token = Secret(token), user.password = Public("shown"), token_count = 1))]
async fn secrets(token: &str) {}

#[traced_handler(trace_id = id.map(str::trim), level = "WARN", fields(user_id = user.0))]
async fn handler(id: Option<&str>, user: (u64,)) -> Result<(), String> {
    Ok(())
}

#[traced_handler(kind = "job", cancelled = "off")]
async fn job() {}

#[traced_handler(kind = "request", cancelled = Level::DEBUG)]
async fn request() {}

#[timed(cancelled = 2)]
async fn next() {}
#[traced_handler(carry(user_id, tenant = %tenant.name, token = Secret(1), "a-b" = ?user_id,))]
async fn carries(user_id: u64, tenant: Tenant) {}

#[traced_handler(trace_id = tenant.name, fields(user_id), carry(user_id), crate = trace_runtime)]
async fn carries_more(user_id: u64, tenant: Tenant) -> u64 {
    user_id
}

struct Tenant {
    name: String,
}

fn main() {
    let tenant = || Tenant { name: String::new() };
    let _ = (carries(1, tenant()), carries_more(1, tenant()));
    constants().unwrap();
    numbered().unwrap();
    let _ = (fields(1), secrets(""), handler(None, (1,)), job(), request(), next());
}
