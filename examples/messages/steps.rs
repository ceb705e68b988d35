//! What the service does: three steps, each timed by one attribute.

use rusqlite::OptionalExtension as _;
use serde_json::{Value, json};
use trace_runtime::{info, timed};

use crate::store::{self, Store};

pub(crate) struct User {
    id: i64,
    name: String,
    tenant: String,
}

pub(crate) struct Message {
    sent: String,
    text: String,
}

#[timed]
pub(crate) async fn find_user(store: &Store, id: i64) -> Result<Option<User>, store::Error> {
    let query = move |users: &rusqlite::Connection| {
        let sql = "SELECT name, tenant FROM users WHERE id = ?1";
        let user = |row: &rusqlite::Row<'_>| {
            Ok(User { id, name: row.get("name")?, tenant: row.get("tenant")? })
        };
        users.query_row(sql, [id], user).optional()
    };
    store.read("users", "finding the user", query).await
}

#[timed(fields(tenant = user.tenant))]
pub(crate) async fn fetch_messages(
    store: &Store,
    user: &User,
) -> Result<Vec<Message>, store::Error> {
    let user_id = user.id;
    let query = move |tenant: &rusqlite::Connection| {
        // On a thread for blocking work: the event finds its trace there too.
        info!("reading the tenant's database");
        let sql = "SELECT sent, text FROM messages WHERE user_id = ?1 ORDER BY sent";
        let mut rows = tenant.prepare(sql)?;
        let message = |row: &rusqlite::Row<'_>| {
            Ok(Message { sent: row.get("sent")?, text: row.get("text")? })
        };
        rows.query_map([user_id], message)?.collect()
    };
    let messages: Vec<Message> = store.read(&user.tenant, "fetching user messages", query).await?;
    info!(found = messages.len(), "fetched the messages of {}", user.name);
    Ok(messages)
}

/// A function that is not async is timed by the same attribute.
#[timed]
pub(crate) fn render(user: &User, messages: &[Message]) -> Value {
    let message = |it: &Message| json!({ "sent": it.sent, "text": it.text });
    json!({ "user": user.name, "messages": messages.iter().map(message).collect::<Vec<_>>() })
}
