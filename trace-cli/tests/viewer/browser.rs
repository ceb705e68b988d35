//! Drives Chromium over two pipes, which the shell opens for it as descriptors
//! 3 and 4: each message is JSON and ends with a NUL.
//!
//! Source: the Chrome DevTools Protocol, `--remote-debugging-pipe`.

use std::{
    fs::{self, File, OpenOptions},
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};

/// A page that is open in a browser.
pub(crate) struct Browser {
    child: Child,
    to: File,
    from: BufReader<File>,
    session: Value,
    next: u64,
    /// What the page wrote to its console, and whatever it asked of a network.
    pub(crate) heard: Vec<String>,
}

impl Browser {
    /// Opens a page, or returns `None` if there is no browser.
    pub(crate) fn open(page: &Path, link: &str) -> Option<Self> {
        let folder = page.with_extension("browser");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let is_there = Command::new("chromium").arg("--version").output().is_ok();
        let pipes = Command::new("mkfifo").args(["in", "out"]).current_dir(&folder).status();
        if !is_there || !pipes.is_ok_and(|status| status.success()) {
            println!("skipped: there is no Chromium");
            return None;
        }
        let script = "exec chromium --headless --no-sandbox --disable-gpu --window-size=1400,900 \
            --user-data-dir=profile --remote-debugging-pipe 3<in 4>out";
        let mut sh = Command::new("sh");
        sh.args(["-c", script]).current_dir(&folder).stdout(Stdio::null()).stderr(Stdio::null());
        let child = sh.spawn().unwrap();
        // Each waits until the shell opens the other end.
        let to = OpenOptions::new().write(true).open(folder.join("in")).unwrap();
        let from = BufReader::new(File::open(folder.join("out")).unwrap());
        let heard = Vec::new();
        let mut this = Self { child, to, from, session: Value::Null, next: 0, heard };
        this.attach(&format!("file://{}{link}", page.display()));
        Some(this)
    }

    fn attach(&mut self, url: &str) {
        let target = self.ask("Target.createTarget", &json!({"url": "about:blank"}));
        let to = json!({"targetId": target["targetId"], "flatten": true});
        self.session = self.ask("Target.attachToTarget", &to)["sessionId"].clone();
        for domain in ["Runtime.enable", "Network.enable", "Page.enable", "Log.enable"] {
            self.ask(domain, &json!({}));
        }
        // Notes when the page was ready, in milliseconds from its begin.
        let watch = "new MutationObserver((_, it) => {
            if (document.documentElement?.dataset.ready !== '1') return;
            window.readyAt = performance.now();
            it.disconnect();
        }).observe(document, {attributes: true, subtree: true, childList: true})";
        self.ask("Page.addScriptToEvaluateOnNewDocument", &json!({"source": watch}));
        self.ask("Page.navigate", &json!({"url": url}));
        self.wait("document.documentElement?.dataset.ready === '1'");
    }

    /// Sends a command, and returns its result.
    pub(crate) fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.next += 1;
        let mut message = json!({"id": self.next, "method": method, "params": params});
        if !self.session.is_null() {
            message["sessionId"] = self.session.clone();
        }
        self.to.write_all(format!("{message}\0").as_bytes()).unwrap();
        loop {
            let answer = self.read();
            if answer["id"] == self.next {
                assert!(answer.get("error").is_none(), "{method}: {answer}");
                return answer["result"].clone();
            }
            self.hear(&answer);
        }
    }

    fn read(&mut self) -> Value {
        let mut message = Vec::new();
        self.from.read_until(0, &mut message).unwrap();
        assert!(!message.is_empty(), "the browser has gone");
        serde_json::from_slice(&message[..message.len() - 1]).unwrap()
    }

    fn hear(&mut self, event: &Value) {
        let heard = ["Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"];
        let method = event["method"].as_str().unwrap_or_default();
        let url = event["params"]["request"]["url"].as_str().unwrap_or_default();
        let is_request = method == "Network.requestWillBeSent" && !url.starts_with("file://");
        if heard.contains(&method) || is_request {
            self.heard.push(event.to_string());
        }
    }

    /// Returns what an expression of the page is.
    pub(crate) fn get(&mut self, expression: &str) -> Value {
        let params = json!({"expression": expression, "returnByValue": true});
        let result = self.ask("Runtime.evaluate", &params);
        assert!(result.get("exceptionDetails").is_none(), "{expression}: {result}");
        result["result"]["value"].clone()
    }

    /// Waits until an expression is true.
    pub(crate) fn wait(&mut self, expression: &str) {
        for _ in 0..600 {
            if self.get(expression) == true {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("never: {expression}");
    }

    /// Presses a key, or types a text.
    pub(crate) fn press(&mut self, key: &str) {
        let text = if key.chars().count() == 1 { key } else { "" };
        let text = if key == "Enter" { "\r" } else { text };
        let down = json!({"type": "keyDown", "key": key, "text": text});
        self.ask("Input.dispatchKeyEvent", &down);
        self.ask("Input.dispatchKeyEvent", &json!({"type": "keyUp", "key": key}));
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
