//! Talks to a language server over its standard streams.
//!
//! The protocol is [LSP 3.17]: JSON-RPC, each message behind a header with its
//! length. One request is under way at a time.
//!
//! [LSP 3.17]: https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/

use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::{Value, json};

/// A server that runs, and what has been sent to it.
pub(crate) struct Client {
    server: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    requests: u64,
    /// What the server's `workspace/configuration` asks for.
    settings: Value,
}

impl Client {
    /// Starts the server, and waits until it has looked at the whole project.
    pub(crate) fn start(mut command: Command, root: &str, settings: Value) -> Self {
        let mut server = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server can be started");
        let input = server.stdin.take().expect("is piped");
        let output = BufReader::new(server.stdout.take().expect("is piped"));
        let mut client = Self { server, input, output, requests: 0, settings };
        client.initialize(root);
        client.wait_until_quiet();
        client
    }

    fn initialize(&mut self, root: &str) {
        let parameters = json!({
            "processId": std::process::id(),
            "rootUri": root,
            "initializationOptions": self.settings,
            "capabilities": {
                "general": { "positionEncodings": ["utf-8"] },
                "workspace": {
                    "configuration": true,
                    "didChangeWatchedFiles": { "dynamicRegistration": true },
                },
                "textDocument": {
                    "hover": { "contentFormat": ["markdown"] },
                    "definition": { "linkSupport": false },
                    "rename": { "prepareSupport": true },
                    "semanticTokens": {
                        "requests": { "full": true },
                        "tokenTypes": [],
                        "tokenModifiers": [],
                        "formats": ["relative"],
                    },
                    "inlayHint": {},
                    "completion": { "completionItem": { "snippetSupport": false } },
                },
                "experimental": { "serverStatusNotification": true },
            },
        });
        self.request("initialize", &parameters).expect("the server can be initialized");
        self.notify("initialized", &json!({}));
    }

    /// Waits for the server to have loaded and built what it needs.
    fn wait_until_quiet(&mut self) {
        loop {
            let message = self.receive().expect("the server runs");
            let status = &message["params"];
            if message["method"] == "experimental/serverStatus" && status["quiescent"] == true {
                assert_ne!(status["health"], "error", "{status}");
                return;
            }
            self.answer(&message);
        }
    }

    /// Sends a request, and returns the result or the error's message.
    pub(crate) fn request(&mut self, method: &str, parameters: &Value) -> Result<Value, String> {
        self.requests += 1;
        let id = self.requests;
        self.send(&json!({ "id": id, "method": method, "params": parameters }));
        loop {
            let mut message = self.receive().expect("the server runs");
            if message["id"] == id && message["method"].is_null() {
                return match message["error"]["message"].as_str() {
                    Some(error) => Err(error.to_owned()),
                    None => Ok(message["result"].take()),
                };
            }
            self.answer(&message);
        }
    }

    pub(crate) fn notify(&mut self, method: &str, parameters: &Value) {
        self.send(&json!({ "method": method, "params": parameters }));
    }

    /// Answers a request of the server's; notifications need no answer.
    fn answer(&mut self, message: &Value) {
        let result = match message["method"].as_str() {
            Some("workspace/configuration") => {
                let items = message["params"]["items"].as_array().map_or(0, Vec::len);
                vec![self.settings.clone(); items].into()
            }
            _ => Value::Null,
        };
        if !message["id"].is_null() && !message["method"].is_null() {
            self.send(&json!({ "id": message["id"], "result": result }));
        }
    }

    fn send(&mut self, message: &Value) {
        let mut message = message.clone();
        message["jsonrpc"] = "2.0".into();
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len()).expect("can be sent");
        self.input.flush().expect("can be sent");
    }

    fn receive(&mut self) -> io::Result<Value> {
        let mut length = 0;
        loop {
            let mut header = String::new();
            if self.output.read_line(&mut header)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            match header.trim_end().split_once(": ") {
                Some(("Content-Length", value)) => {
                    length = value.parse().map_err(io::Error::other)?
                }
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body)?;
        serde_json::from_slice(&body).map_err(io::Error::other)
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // It holds nothing that must be kept.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
