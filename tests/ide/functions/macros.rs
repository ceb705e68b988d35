//! Functions with our macros. What an editor is to say of them is what it says
//! of the code that stands below, in a comment that begins with `//~`.

use trace_runtime::{count_request, debug, error, info, record, step, warn};
//~use std::println;

/// A user of the shop.
#[derive(Clone, Debug)]
pub struct User {
    /// The name, as it is shown.
    pub name: String,
    pub age: u32,
}

pub fn events(user: &User, rows: Vec<u32>) {
    let count = rows.len();
    info!(order.name = user.name, age = %user.age, "read");
//~      (            &user.name,        user.age, "read");
    warn!(http.rows = rows.iter().sum::<u32>(), count, "read");
//~      (            rows.iter().sum::<u32>(), count, "read");
    error!(count, age = ?user.age);
//~       (count,        user.age);
    record!(age = user.age, first = rows.first().copied());
//~        (      user.age,         rows.first().copied());
    count_request!(rows += rows.len());
//~               (        rows.len());
    debug!(
//~ print!(
        "{count} {:?}",
        user.name,
    );
}

pub async fn steps(user: User, text: &str) -> Result<u32, std::num::ParseIntError> {
    let age = step!("parse", { text.parse::<u32>() })?;
//~ let age =      (         { text.parse::<u32>() })?;
    let name = step!("name", fields(years = user.age), { user.name.to_uppercase() });
//~ let name =      (                       user.age , { user.name.to_uppercase() }).1;
    let sum = step!("add", async move { Ok(user.age + age) }).await?;
//~ let sum =      (       async move { Ok(user.age + age) }).await?;
    Ok(sum + u32::try_from(name.len()).unwrap_or(age))
}
