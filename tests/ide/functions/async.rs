//! Async functions, to be looked at without an attribute and with one.

use std::{collections::HashMap, error::Error, fmt::Display, future::Future, num::ParseIntError};

type Failure = ParseIntError;

/// A user of the shop.
#[derive(Clone, Debug)]
pub struct User {
    /// The name, as it is shown.
    pub name: String,
    pub age: u32,
}

/// Finds a user.
#[annotated]
pub async fn find(id: u64, text: &str) -> Result<User, Failure> {
    let age: u32 = text.parse()?;
    let name = format!("user {id}");
    if age == 0 {
        return text.parse().map(|age| User { name, age });
    }
    let user = User { name, age };
    let years = user.age + 1;
    println!("{} is {years}", user.name);
    Ok(user)
}

#[annotated]
pub async fn names(users: Vec<User>) -> Vec<String> {
    let mut names = Vec::new();
    for (index, user) in users.iter().enumerate() {
        match user.age {
            0 => continue,
            age if age > 100 => break,
            _ => names.push(user.name.clone()),
        }
        let _ = index;
    }
    names.into_iter().map(|name| name.to_uppercase()).collect()
}

#[annotated]
async fn nothing(mut count: usize) {
    while count > 0 {
        count -= 1;
    }
}

#[annotated]
#[must_use]
pub async fn sum((first, second): (u32, u32), [third, _]: [u32; 2], _: User) -> u32 {
    first + second + third
}

#[annotated]
pub async fn longest<'a, T, const N: usize>(items: &'a [T; N], other: &'a T) -> Option<&'a T>
where
    T: Display + ?Sized + PartialOrd + Clone,
{
    let longest: &T = items.first().unwrap_or(other);
    let copy = longest.clone();
    Some(longest).filter(|it| **it == copy)
}

#[annotated]
pub async fn shown(value: impl Display, users: &HashMap<u64, User>) -> impl Display {
    let found = users.get(&1);
    let text = found.map_or_else(|| value.to_string(), |user| user.name.clone());
    inner(text).await
}

async fn inner(text: String) -> String {
    text
}

/// Something with methods.
pub struct Shop {
    users: HashMap<u64, User>,
}

impl Shop {
    /// Returns a user's name.
    #[annotated]
    pub async fn name(&self, id: u64) -> Option<&str> {
        let user = self.users.get(&id)?;
        let name = user.name.as_str();
        Some(name)
    }

    #[annotated]
    async fn take(mut self, id: u64) -> Result<User, Box<dyn Error>> {
        let user = self.users.remove(&id).ok_or("none")?;
        let found = find(id, &user.name).await?;
        Ok(found)
    }
}

#[async_trait::async_trait]
pub trait Store {
    /// Loads a user.
    async fn load(&mut self, id: u64) -> Result<User, Failure>;
}

#[async_trait::async_trait]
impl Store for Shop {
    #[annotated]
    async fn load(&mut self, id: u64) -> Result<User, Failure> {
        let user = self.users.entry(id).or_insert(User { name: id.to_string(), age: 0 });
        user.age += 1;
        Ok(user.clone())
    }
}

#[annotated]
pub fn later(id: u64) -> impl Future<Output = Result<User, Failure>> {
    let text = id.to_string();
    async move {
        let user = find(id, &text).await?;
        Ok(user)
    }
}

pub async fn calls() -> Result<u32, Failure> {
    let user = find(1, "1").await?;
    let names = names(vec![user.clone()]).await;
    nothing(names.len()).await;
    let sum = sum((1, 2), [3, 4], user).await;
    let later = later(5).await?;
    Ok(sum + later.age)
}
