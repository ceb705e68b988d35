//! Where users and messages come from: SQLite files, `users.db` and one
//! database per tenant.

use std::{
    error, fmt, fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, anyhow};
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

/// How long a request waits for a database that is locked.
const PATIENCE: Duration = Duration::from_millis(500);

/// How long the start of the program waits for another copy of it.
const PATIENCE_AT_START: Duration = Duration::from_secs(3);

const USERS: &str = "
    CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, name TEXT, tenant TEXT);
    INSERT OR IGNORE INTO users VALUES
        (41, 'Ada', 'acme'), (42, 'Grace', 'globex'), (43, 'Alan', 'acme'),
        (44, 'Barbara', 'initech'), (45, 'Edsger', 'initech');
";

/// The messages of each tenant's users.
const TENANTS: [(&str, &str); 3] = [
    ("acme", "(41, '09:00', 'Tea at four?'), (41, '09:05', 'At five.'), (43, '09:30', 'Halted.')"),
    ("globex", "(42, '03:00', 'There was a moth in the relay.')"),
    ("initech", "(44, '10:00', 'Substitute me.'), (45, '11:00', 'Shortest path found.')"),
];

/// The databases in one directory.
#[derive(Clone)]
pub(crate) struct Store {
    directory: Arc<Path>,
}

impl Store {
    /// Opens the databases, and makes those that are missing.
    pub(crate) fn open(directory: &Path) -> anyhow::Result<Self> {
        let cannot = || format!("cannot make the databases in {}", directory.display());
        fs::create_dir_all(directory).with_context(cannot)?;
        let store = Self { directory: directory.into() };
        store.fill("users", USERS).map_err(|error| explain(&error)).with_context(cannot)?;
        for (tenant, messages) in TENANTS {
            let sql = format!(
                "CREATE TABLE IF NOT EXISTS messages
                    (user_id INTEGER, sent TEXT, text TEXT, UNIQUE (user_id, sent));
                 INSERT OR IGNORE INTO messages VALUES {messages};"
            );
            store.fill(tenant, &sql).map_err(|error| explain(&error)).with_context(cannot)?;
        }
        Ok(store)
    }

    /// Locks a tenant's database for as long as the connection lives, as a
    /// backup that hangs would.
    pub(crate) fn lock(&self, tenant: &str) -> anyhow::Result<Connection> {
        let lock = || {
            let connection = Connection::open(self.file(tenant))?;
            connection.busy_timeout(PATIENCE_AT_START)?;
            connection.execute_batch("BEGIN EXCLUSIVE")?;
            Ok::<_, rusqlite::Error>(connection)
        };
        let cannot = || format!("cannot lock the databases in {}", self.directory.display());
        lock().map_err(|error| explain(&error)).with_context(cannot)
    }

    /// Runs a query on a thread for blocking work, as part of the current
    /// trace. `purpose` is what an error says it was for.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        database: &str,
        purpose: &'static str,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let file = self.file(database);
        let read = move || {
            let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
            connection.busy_timeout(PATIENCE)?;
            query(&connection)
        };
        match trace_runtime::spawn_blocking(read).await {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(error)) => Err(Error { purpose, cause: Cause::Query(error) }),
            Err(error) => Err(Error { purpose, cause: Cause::Task(error) }),
        }
    }

    fn fill(&self, database: &str, sql: &str) -> rusqlite::Result<()> {
        let mut connection = Connection::open(self.file(database))?;
        connection.busy_timeout(PATIENCE_AT_START)?;
        // Two copies that start at once take turns.
        let filling = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        filling.execute_batch(sql)?;
        filling.commit()
    }

    fn file(&self, database: &str) -> PathBuf {
        self.directory.join(database).with_extension("db")
    }
}

/// Why a database gave no answer.
///
/// Its text is what the request line says as `error`; what SQLite said is its
/// source, and so in the line's `error_chain`.
#[derive(Debug)]
pub(crate) struct Error {
    purpose: &'static str,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    Query(rusqlite::Error),
    /// The thread that ran the query panicked.
    Task(tokio::task::JoinError),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match &self.cause {
            Cause::Query(error) if is_busy(error) => "timeout",
            Cause::Query(_) | Cause::Task(_) => "failure",
        };
        write!(f, "database {what} while {}", self.purpose)
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match &self.cause {
            Cause::Query(error) => Some(error),
            Cause::Task(error) => Some(error),
        }
    }
}

/// Says at the start why a database cannot be had. SQLite's errors are their
/// own causes, too: once is enough for a sentence.
fn explain(error: &rusqlite::Error) -> anyhow::Error {
    if is_busy(error) {
        return anyhow!("another copy of this program uses them");
    }
    anyhow!("{error}")
}

fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
}
