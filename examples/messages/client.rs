//! How the demo's users ask: by HTTP/1.1, in the few lines it takes.

use std::net::SocketAddr;

use anyhow::Context as _;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// What the demo looks at in a response.
pub(crate) struct Answer {
    pub(crate) user_id: u32,
    pub(crate) status: u16,
    pub(crate) trace_id: String,
}

/// Asks for a user's messages.
pub(crate) async fn get_messages(address: SocketAddr, user_id: u32) -> anyhow::Result<Answer> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!(
        "GET /users/{user_id}/messages HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut response = String::new();
    stream.read_to_string(&mut response).await?;
    parse(user_id, &response).with_context(|| format!("cannot understand {response:?}"))
}

fn parse(user_id: u32, response: &str) -> Option<Answer> {
    let (head, _) = response.split_once("\r\n\r\n")?;
    let (status, headers) = head.split_once("\r\n")?;
    let header = |name: &str| {
        let mut headers = headers.lines().filter_map(|line| line.split_once(": "));
        headers.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
    };
    Some(Answer {
        user_id,
        status: status.split(' ').nth(1)?.parse().ok()?,
        trace_id: header("x-trace-id")?,
    })
}
