//! Talks to a language server over its standard streams.
//!
//! The protocol is [LSP 3.17]: JSON-RPC, each message behind a header with its
//! length. Few requests are under way at a time, so that neither side ever waits
//! for the other to read.
//!
//! [LSP 3.17]: https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/

use std::{
    collections::BTreeMap,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::{Value, json};

/// How many requests are under way. All of them fit in a pipe.
const AT_ONCE: usize = 8;

/// What the server replies: a result, or the message of an error.
pub(crate) type Reply = Result<Value, String>;

/// A server that runs, and what has been sent to it.
pub(crate) struct Client {
    server: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    requests: usize,
    /// What the server's `workspace/configuration` asks for.
    settings: Value,
    /// What the server said of itself.
    pub(crate) capabilities: Value,
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
        let capabilities = Value::Null;
        let mut client = Self { server, input, output, requests: 0, settings, capabilities };
        client.capabilities = client.initialize(root);
        client.wait_until_quiet();
        client
    }

    fn initialize(&mut self, root: &str) -> Value {
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
        let mut reply = self.request("initialize", parameters).expect("the server starts");
        self.notify("initialized", &json!({}));
        reply["capabilities"].take()
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

    /// Sends a request, and returns the reply.
    pub(crate) fn request(&mut self, method: &str, parameters: Value) -> Reply {
        let replies = self.requests(vec![(method.to_owned(), parameters)]);
        replies.into_iter().next().expect("each request has a reply")
    }

    /// Sends requests, each a method and its parameters, and returns the replies
    /// in the same order.
    pub(crate) fn requests(&mut self, requests: Vec<(String, Value)>) -> Vec<Reply> {
        let (first, mut replies) = (self.requests, BTreeMap::new());
        for (method, parameters) in requests {
            self.requests += 1;
            self.send(&json!({ "id": self.requests, "method": method, "params": parameters }));
            while self.requests - first - replies.len() >= AT_ONCE {
                self.receive_reply(&mut replies);
            }
        }
        while replies.len() < self.requests - first {
            self.receive_reply(&mut replies);
        }
        replies.into_values().collect()
    }

    /// Receives a message, and adds it to the replies if it is one.
    fn receive_reply(&mut self, replies: &mut BTreeMap<u64, Reply>) {
        let mut message = self.receive().expect("the server runs");
        match message["id"].as_u64() {
            Some(id) if message["method"].is_null() => {
                let reply = match message["error"]["message"].as_str() {
                    Some(error) => Err(error.to_owned()),
                    None => Ok(message["result"].take()),
                };
                replies.insert(id, reply);
            }
            _ => self.answer(&message),
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
                    length = value.parse().map_err(io::Error::other)?;
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
