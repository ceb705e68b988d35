//! How long a line and its parts may be, in escaped bytes.

use crate::{
    error::{Error, Kind},
    format::Format,
};

/// How long a line and its parts may be, in bytes after escaping.
///
/// Text that does not fit is cut on a character boundary, other values are left
/// out, and the line gets `"truncated":true`. Ids are never cut.
///
/// # Examples
///
/// ```
/// use trace_runtime::Limits;
///
/// let limits = Limits::default().line(16_000).value(1_000);
/// assert_ne!(limits, Limits::default());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Limits {
    pub(crate) line: usize,
    pub(crate) value: usize,
    pub(crate) message: usize,
    pub(crate) error: usize,
    pub(crate) error_chain: usize,
    pub(crate) steps: usize,
}

impl Default for Limits {
    /// A line of 8,000 bytes (rsyslog with its default settings breaks longer
    /// ones), 4,096 for each value, 2,048 each for message and error, 1,024 for
    /// an error's causes, and 3,584 for the steps.
    fn default() -> Self {
        Self::new()
    }
}

impl Limits {
    /// The smallest limit of a line: room for all ids, names and times, and
    /// some for the message and the fields.
    const LEAST_LINE: usize = 2_560;
    /// The same for the names of other formats, which are longer.
    const LEAST_RENAMED: usize = 3_584;
    const MOST_LINE: usize = 1 << 24;

    /// Returns the same limits as [`Limits::default`].
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::Limits;
    ///
    /// const LIMITS: Limits = Limits::new();
    /// assert_eq!(LIMITS, Limits::default());
    /// ```
    pub const fn new() -> Self {
        Self {
            line: 8_000,
            value: 4_096,
            message: 2_048,
            error: 2_048,
            error_chain: 1_024,
            steps: 3_584,
        }
    }

    /// Limits a whole line, including its newline: 2,560 bytes to 16 MiB, or
    /// 3,584 at least in a [`Format`] with the names of others.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Limits, info, sink::Memory};
    ///
    /// let memory = Memory::default();
    /// trace_runtime::builder().sink(memory.clone()).limits(Limits::new().line(4_000)).init()?;
    /// info!(a = "x".repeat(3_000), b = "y".repeat(3_000), "two long values");
    /// assert!(memory.text().len() <= 4_000);
    /// assert!(memory.text().contains(r#""truncated":true"#));
    ///
    /// let refused = trace_runtime::builder().limits(Limits::new().line(80)).init().unwrap_err();
    /// assert_eq!(refused.to_string(), "limit `line` must be from 2560 to 16777216 bytes");
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    pub const fn line(mut self, bytes: usize) -> Self {
        self.line = bytes;
        self
    }

    /// Limits the value of one field.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Limits, info, sink::Memory};
    ///
    /// let memory = Memory::default();
    /// trace_runtime::builder().sink(memory.clone()).limits(Limits::new().value(10)).init()?;
    /// info!(agent = "Mozilla/5.0 (X11; Linux x86_64)", "signed in");
    /// assert!(memory.text().contains(r#""agent":"Mozilla"#));
    /// assert!(!memory.text().contains("Linux"));
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    pub const fn value(mut self, bytes: usize) -> Self {
        self.value = bytes;
        self
    }

    /// Limits the message of an event.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Limits, info, sink::Memory};
    ///
    /// let memory = Memory::default();
    /// trace_runtime::builder().sink(memory.clone()).limits(Limits::new().message(20)).init()?;
    /// info!("fetched {} messages", "x".repeat(100));
    /// assert!(memory.text().contains(r#""message":"fetched xxxxx"#));
    /// assert!(!memory.text().contains("messages"));
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    pub const fn message(mut self, bytes: usize) -> Self {
        self.message = bytes;
        self
    }

    /// Limits the text of an error.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Limits, sink::Memory, timed};
    ///
    /// #[timed]
    /// fn load() -> Result<(), String> {
    ///     Err(format!("syntax error near `{}`", "x".repeat(100)))
    /// }
    ///
    /// let memory = Memory::default();
    /// trace_runtime::builder().sink(memory.clone()).limits(Limits::new().error(24)).init()?;
    /// let _ = load();
    /// assert!(memory.text().contains(r#""error":"syntax error near `x"#));
    /// assert!(!memory.text().contains("x`"));
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    pub const fn error(mut self, bytes: usize) -> Self {
        self.error = bytes;
        self
    }

    /// Limits the array of an error's causes, with its key and brackets.
    ///
    /// # Examples
    ///
    /// ```
    /// use anyhow::{Context as _, anyhow};
    /// use trace_runtime::{Limits, sink::Memory, timed};
    ///
    /// #[timed]
    /// fn load() -> anyhow::Result<()> {
    ///     Err(anyhow!("disk gone")).context("no index").context("no order")
    /// }
    ///
    /// let memory = Memory::default();
    /// trace_runtime::builder().sink(memory.clone()).limits(Limits::new().error_chain(30)).init()?;
    /// let _ = load();
    /// assert!(memory.text().contains(r#""error_chain":["no index""#));
    /// assert!(!memory.text().contains("disk gone"));
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    pub const fn error_chain(mut self, bytes: usize) -> Self {
        self.error_chain = bytes;
        self
    }

    /// Limits the array of a request's steps, with its key and brackets. How
    /// often the steps ran that are left out stands under `steps_dropped`.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Limits, sink::Memory, step, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn get_order() {
    ///     step!("load", {});
    ///     step!("render", {});
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), trace_runtime::Error> {
    /// let memory = Memory::default();
    /// trace_runtime::builder().sink(memory.clone()).limits(Limits::new().steps(150)).init()?;
    /// get_order().await;
    /// assert!(memory.text().contains(r#""steps":[{"name":"load","#));
    /// assert!(memory.text().contains(r#""steps_dropped":1"#));
    /// # Ok(())
    /// # }
    /// ```
    pub const fn steps(mut self, bytes: usize) -> Self {
        self.steps = bytes;
        self
    }

    /// Returns the smallest limit of a line in a format.
    pub(crate) fn least_line(format: &Format) -> usize {
        match format {
            // The last two are made of a native line.
            Format::Json | Format::Console | Format::Logfmt => Self::LEAST_LINE,
            Format::Otel | Format::Ecs | Format::Gcp | Format::GcpProject(_) | Format::Datadog => {
                Self::LEAST_RENAMED
            }
        }
    }

    /// Refuses a limit that no line in a format could keep.
    pub(crate) fn check(&self, format: &Format) -> Result<(), Error> {
        let (least, most) = (Self::least_line(format), Self::MOST_LINE);
        if (least..=most).contains(&self.line) {
            return Ok(());
        }
        Err(Kind::Limit { name: "line", least, most }.into())
    }
}
