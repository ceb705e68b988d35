//! Functions that are not async, to be looked at without an attribute and
//! with one.

use std::{collections::BTreeMap, fmt::Display, num::ParseIntError};

/// An order.
#[derive(Clone, Debug, Default)]
pub struct Order {
    /// What it is of.
    pub item: String,
    pub count: u32,
}

/// Reads an order.
#[annotated]
pub fn parse(item: &str, text: &str) -> Result<Order, ParseIntError> {
    let count = text.parse::<u32>()?;
    if count == 0 {
        return Ok(Order::default());
    }
    let order = Order { item: item.to_owned(), count };
    let next = order.count + 1;
    println!("{} {next}", order.item);
    Ok(order)
}

#[annotated]
fn refresh(orders: &mut BTreeMap<u64, Order>) {
    for (id, order) in orders.iter_mut() {
        if id % 2 == 0 {
            continue;
        }
        order.count += 1;
    }
}

#[annotated]
pub fn items(orders: &[Order]) -> Vec<&str> {
    let items = orders.iter().map(|order| order.item.as_str());
    items.collect()
}

#[annotated]
pub fn total((first, second): (u32, u32), [third, _]: [u32; 2], _: Order) -> Option<u32> {
    first.checked_add(second)?.checked_add(third)
}

#[annotated]
pub fn greatest<'a, T, const N: usize>(items: &'a [T; N], other: &'a T) -> Option<&'a T>
where
    T: Display + PartialOrd + Clone,
{
    let greatest: &T = items.first().unwrap_or(other);
    let copy = greatest.clone();
    Some(greatest).filter(|it| **it == copy)
}

#[annotated]
pub fn shown(value: impl Display) -> impl Display {
    let text = value.to_string();
    text.len()
}

/// Something with methods.
#[derive(Debug)]
pub struct Cart {
    orders: BTreeMap<u64, Order>,
}

impl Cart {
    /// Returns an order's item.
    #[annotated]
    pub fn item(&self, id: u64) -> Option<&str> {
        let order = self.orders.get(&id)?;
        let item = order.item.as_str();
        Some(item)
    }

    #[annotated]
    fn take(mut self, id: u64) -> Result<Order, Box<dyn std::error::Error>> {
        let order = self.orders.remove(&id).ok_or("none")?;
        let read = parse(&order.item, "1")?;
        Ok(read)
    }

    #[annotated]
    pub unsafe fn forget(&mut self) -> usize {
        let count = self.orders.len();
        self.orders.clear();
        count
    }
}

pub trait Count {
    /// Returns how many there are.
    fn count(&self, least: u32) -> Result<u32, ParseIntError>;
}

impl Count for Cart {
    #[annotated]
    fn count(&self, least: u32) -> Result<u32, ParseIntError> {
        let counts = self.orders.values().map(|order| order.count);
        let all: u32 = counts.filter(|count| *count >= least).sum();
        Ok(all)
    }
}

pub fn calls(cart: Cart) -> Result<u32, ParseIntError> {
    let order = parse("tea", "1")?;
    let total = total((1, 2), [3, 4], order.clone());
    let count = cart.count(1)?;
    Ok(order.count + count + total.unwrap_or(1))
}
