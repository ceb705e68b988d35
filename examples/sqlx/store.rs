//! Where do users and messages come from? A SQLite database in memory, with one
//! table of users and one of messages for each tenant.

use sqlx::{AssertSqlSafe, Row as _, SqlitePool, sqlite::SqlitePoolOptions};
use trace_runtime::timed;

const USERS: &str = "
    CREATE TABLE users (id INTEGER PRIMARY KEY, tenant TEXT);
    INSERT INTO users VALUES (41, 'acme'), (42, 'globex');
    CREATE TABLE acme (user_id INTEGER, text TEXT);
    INSERT INTO acme VALUES (41, 'Tea at four?'), (41, 'At five.');
";

pub(crate) struct Store {
    pool: SqlitePool,
}

impl Store {
    pub(crate) async fn open() -> Result<Self, sqlx::Error> {
        // Each connection has a memory of its own.
        let pool = SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await?;
        sqlx::raw_sql(USERS).execute(&pool).await?;
        Ok(Self { pool })
    }

    /// Waits for sqlx's thread, which writes lines of its own.
    pub(crate) async fn close(self) {
        self.pool.close().await;
    }

    #[timed]
    pub(crate) async fn find_tenant(&self, user_id: i64) -> Result<String, sqlx::Error> {
        let query = sqlx::query("SELECT tenant FROM users WHERE id = ?1").bind(user_id);
        query.fetch_one(&self.pool).await?.try_get("tenant")
    }

    /// The tenant `globex` has lost its table.
    #[timed(fields(tenant))]
    pub(crate) async fn fetch_messages(
        &self,
        tenant: &str,
        user_id: i64,
    ) -> Result<Vec<String>, sqlx::Error> {
        // The name of a table comes from the database, not from a caller.
        let sql = AssertSqlSafe(format!("SELECT text FROM {tenant} WHERE user_id = ?1"));
        let rows = sqlx::query(sql).bind(user_id).fetch_all(&self.pool).await?;
        rows.iter().map(|row| row.try_get("text")).collect()
    }
}
