//! Assertions about one request, which show the tree of all lines if they fail.

use std::fmt::Write as _;

use serde_json::Value;

use super::tree;

/// One request among the captured lines; see
/// [`Capture::assert_request`](super::Capture::assert_request).
///
/// Each method panics if its assertion does not hold. The message shows the
/// tree of all lines.
///
/// # Examples
///
/// ```
/// use std::panic::{AssertUnwindSafe, catch_unwind};
/// use trace_runtime::{step, testing::Capture, traced_handler};
///
/// #[traced_handler]
/// async fn get_order() {
///     step!("load", {});
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let capture = Capture::new();
/// capture.scope(get_order()).await;
/// let assert = || capture.assert_request("get_order").has_step("lode");
/// let failure = catch_unwind(AssertUnwindSafe(assert)).unwrap_err();
/// assert_eq!(
///     *failure.downcast::<String>().unwrap(),
///     "request `get_order`: no step `lode`\n  get_order ok\n    load ok",
/// );
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct AssertRequest {
    lines: Vec<Value>,
    request: Value,
}

#[expect(clippy::return_self_not_must_use, reason = "each assertion is complete by itself")]
impl AssertRequest {
    /// Finds the only request or job with this name among the lines. `open`
    /// describes the requests that have no line yet.
    #[track_caller]
    pub(super) fn new(mut lines: Vec<Value>, open: Vec<Value>, name: &str) -> Self {
        let found = one_named(&lines, &open, name);
        lines.extend(open);
        match found {
            Ok(request) => Self { lines, request },
            Err(what) => fail(&lines, &what),
        }
    }

    /// Asserts the outcome: `ok`, `error`, `cancelled` or `panicked`.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use trace_runtime::{testing::Capture, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn export() {
    ///     std::future::pending().await
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let capture = Capture::new();
    /// let _ = tokio::time::timeout(Duration::ZERO, capture.scope(export())).await;
    /// capture.assert_request("export").outcome("cancelled");
    /// # }
    /// ```
    #[track_caller]
    pub fn outcome(self, expected: &str) -> Self {
        self.field("outcome", expected)
    }

    /// Asserts the text of the error.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{testing::Capture, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn get_order(id: &str) -> Result<u32, std::num::ParseIntError> {
    ///     id.parse()
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let capture = Capture::new();
    /// let _ = capture.scope(get_order("seven")).await;
    /// capture.assert_request("get_order").error("invalid digit found in string");
    /// # }
    /// ```
    #[track_caller]
    pub fn error(self, expected: &str) -> Self {
        self.field("error", expected)
    }

    /// Asserts that the line has this key with this value.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{record_request, testing::Capture, traced_handler};
    ///
    /// #[traced_handler(trace_id = "req-7", fields(user_id))]
    /// async fn sign_in(user_id: u32) {
    ///     record_request!(plan = "free");
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let capture = Capture::new();
    /// capture.scope(sign_in(42)).await;
    /// let request = capture.assert_request("sign_in");
    /// request.field("user_id", 42).field("plan", "free").field("trace_id", "req-7");
    /// # }
    /// ```
    #[track_caller]
    pub fn field(self, key: &str, expected: impl Into<Value>) -> Self {
        let (expected, found) = (expected.into(), self.request.get(key));
        if found == Some(&expected) {
            return self;
        }
        self.fail(&format!("`{key}` is {}, not {expected}", shown(found)))
    }

    /// Asserts that a step with this name ended below the request.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{step, testing::Capture, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn get_order() {
    ///     step!("load", { step!("query", {}) });
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let capture = Capture::new();
    /// capture.scope(get_order()).await;
    /// capture.assert_request("get_order").has_step("load").has_step("query");
    /// # }
    /// ```
    #[track_caller]
    pub fn has_step(self, name: &str) -> Self {
        if self.steps().any(|step| step == name) {
            return self;
        }
        self.fail(&format!("no step `{name}`"))
    }

    /// Asserts that no step with this name ended below the request.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{testing::Capture, timed, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn get_order(cached: Option<u32>) -> u32 {
    ///     cached.unwrap_or_else(query)
    /// }
    ///
    /// #[timed]
    /// fn query() -> u32 {
    ///     7
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let capture = Capture::new();
    /// capture.scope(get_order(Some(7))).await;
    /// capture.assert_request("get_order").has_no_step("query");
    /// # }
    /// ```
    #[track_caller]
    pub fn has_no_step(self, name: &str) -> Self {
        if self.steps().all(|step| step != name) {
            return self;
        }
        self.fail(&format!("a step `{name}`"))
    }

    fn steps(&self) -> impl Iterator<Item = &str> {
        // A step that is left out of `steps` for lack of room still has its own
        // line.
        let is_its_own =
            |line: &&Value| line["kind"] == "step" && line["trace_id"] == self.request["trace_id"];
        let totals = self.request["steps"].as_array().into_iter().flatten();
        let steps = totals.chain(self.lines.iter().filter(is_its_own));
        steps.filter_map(|step| step["name"].as_str())
    }

    #[track_caller]
    fn fail(&self, what: &str) -> ! {
        let name = self.request["name"].as_str().unwrap_or_default();
        fail(&self.lines, &format!("request `{name}`: {what}"))
    }
}

fn one_named(lines: &[Value], open: &[Value], name: &str) -> Result<Value, String> {
    let mut named = lines.iter().filter(|line| tree::is_request(line) && line["name"] == name);
    match (named.next(), named.count(), open.iter().find(|line| line["name"] == name)) {
        (Some(request), 0, _) => Ok(request.clone()),
        (Some(_), more, _) => Err(format!("{} requests `{name}`", more + 1)),
        (None, _, None) => Err(format!("no request `{name}`")),
        (None, _, Some(open)) => {
            Err(format!("request `{name}` is {}", open["outcome"].as_str().unwrap_or_default()))
        }
    }
}

fn shown(found: Option<&Value>) -> String {
    found.map_or_else(|| "not there".to_owned(), Value::to_string)
}

#[track_caller]
#[expect(clippy::panic, reason = "a failed assertion panics")]
fn fail(lines: &[Value], what: &str) -> ! {
    let mut message = what.to_owned();
    for line in tree::draw(lines).lines() {
        // Writing to a string cannot fail.
        let _ = write!(message, "\n  {line}");
    }
    panic!("{message}")
}
