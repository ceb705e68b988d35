use trace_runtime::{Level, Public, Secret, event, info};

fn main() {
    let (n, user_id, error, state) = (3, 42, "oops", [1]);
    info!("constant {{}}");
    info!("constant",);
    info!(user_id);
    info!(user_id, %error, ?state,);
    info!(user_id, count = n, error = %error, state = ?state, http.route = "/", "{n} of {}", 5);
    info!("http-route" = "/", r#type = n + 1);
    info!("{a} {:w$}", n, a = 1, w = 3);
    info!(target: "x", a.b = 1);
    info!(target: concat!("x", "y"), "found");
    info!(token = Secret("x"), password = Public(1));
    event!(Level::Warn, user_id, "found");
    event!(if n == 3 { Level::Info } else { Level::Error }, "found {n}",);
    match n {
        3 => info!("in an arm"),
        _ => {}
    }
}
