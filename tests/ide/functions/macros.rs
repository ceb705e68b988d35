//! Functions with macros in them, to be looked at with macros that do nothing
//! and with ours.

use crate::user::User;
#[imported]

pub fn events(user: &User, rows: Vec<u32>) {
    let count = rows.len();
    info!(name = user.name, "read");
    info!(name = %user.name, age = ?user.age, "read {count} of {}", user.name.len());
    warn!(http.rows = rows.iter().sum::<u32>(), count, "read");
    error!(count, %user.name);
    record!(age = user.age, first = rows.first().copied());
    count_request!(rows += rows.len());
    debug!("{count} {:?}", user.name);
}

pub async fn steps(user: User, text: &str) -> Result<u32, std::num::ParseIntError> {
    let age = step!("parse", { text.parse::<u32>() })?;
    let sum = step!("add", async move { Ok(user.age + age) }).await?;
    let name = step!("name", fields(name = user.name), { user.name.to_uppercase() });
    Ok(sum + u32::try_from(name.len()).unwrap_or(age))
}
