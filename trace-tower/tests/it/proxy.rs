//! With nginx in front, which makes the request id.

use std::{
    fs,
    io::Write as _,
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use axum::{Router, routing::get};
use trace_tower::TraceLayer;

use crate::support::{self, line_of, serve};

/// An nginx that is stopped when dropped.
struct Nginx {
    process: Child,
    directory: PathBuf,
}

impl Nginx {
    fn start(config: &str) -> Option<Self> {
        let directory = std::env::temp_dir().join(format!("trace-nginx-{}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        fs::write(directory.join("nginx.conf"), config).unwrap();
        // Debian has it where only root looks.
        let process = ["nginx", "/usr/sbin/nginx"].into_iter().find_map(|nginx| {
            let mut nginx = Command::new(nginx);
            nginx.arg("-p").arg(&directory).args(["-c", "nginx.conf", "-e", "stderr"]);
            nginx.stdout(Stdio::null()).stderr(Stdio::null()).spawn().ok()
        })?;
        Some(Self { process, directory })
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.directory);
    }
}

fn config(port: u16, upstream: std::net::SocketAddr) -> String {
    format!(
        "daemon off; master_process off; pid nginx.pid; events {{}}
        http {{
            access_log off; client_body_temp_path body; proxy_temp_path proxy;
            fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
            server {{
                listen 127.0.0.1:{port};
                location / {{
                    proxy_pass http://{upstream};
                    proxy_set_header X-Request-ID $request_id;
                    add_header X-From-Nginx $request_id;
                }}
            }}
        }}"
    )
}

#[tokio::test]
async fn the_id_that_a_proxy_makes_is_the_id_of_the_trace() {
    let address =
        serve(Router::new().route("/", get(async || "hello")).layer(TraceLayer::new())).await;
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let Some(_nginx) = Nginx::start(&config(port, address)) else {
        // Past the test harness, which keeps what is printed to itself.
        let _ = writeln!(std::io::stderr(), "skipped: nginx is not installed");
        return;
    };
    let proxy = std::net::SocketAddr::from(([127, 0, 0, 1], port));
    support::until_it_listens(proxy).await;
    let answer = support::get(proxy, "/", &[("x-request-id", "the proxy's goes first")]).await;
    assert_eq!(answer.trace_id(), answer.header("x-from-nginx"));
    assert_eq!(line_of(answer.trace_id()).await["status"], 200);
}
