use std::time::{Duration, Instant};

use super::{Bounds, Queue, Settled};
use crate::account::SignalStats;

fn queue(bytes: usize, batch_items: usize) -> Queue {
    let delay = Duration::from_hours(1);
    Queue::new(Bounds { bytes, items: 100, batch_bytes: 40, batch_items, delay })
}

fn account(queue: &Queue) -> SignalStats {
    let stats = queue.stats();
    assert_eq!(stats.offered, stats.exported + stats.waiting + stats.dropped());
    stats
}

#[test]
fn a_batch_is_due_when_it_is_full_or_wanted() {
    let queue = queue(1000, 2);
    let now = Instant::now();
    assert!(queue.push(b"first"), "the worker has to learn of a first item");
    assert!(!queue.push(b"second"));
    assert!(queue.take(now).unwrap_err().unwrap() > now);
    assert!(queue.push(b"third"), "a batch is full");
    assert_eq!(queue.take(now).unwrap().items, 2);
    assert!(queue.take(now).is_err());
    queue.want_all();
    assert_eq!(queue.take(now).unwrap().bytes, b"\x12\x05third");
    assert_eq!(queue.take(now).unwrap_err(), None);
}

#[test]
fn an_item_that_is_larger_than_a_batch_goes_alone() {
    let queue = queue(1000, 100);
    for item in [&b"small"[..], &[b'x'; 50], b"small"] {
        queue.push(item);
    }
    queue.want_all();
    let taken: Vec<_> = std::iter::from_fn(|| queue.take(Instant::now()).ok()).collect();
    assert_eq!(taken.iter().map(|batch| batch.items).collect::<Vec<_>>(), [1, 1, 1]);
}

#[test]
fn what_does_not_fit_is_dropped_and_counted_and_what_is_in_flight_takes_room() {
    let queue = queue(21, 100);
    for _ in 0..4 {
        queue.push(b"12345");
    }
    assert_eq!((account(&queue).waiting, account(&queue).overflow), (3, 1));
    queue.want_all();
    let batch = queue.take(Instant::now()).unwrap();
    queue.push(b"12345");
    assert_eq!(account(&queue).overflow, 2);
    queue.settle(batch, Settled::Exported { rejected: 1 });
    queue.push(b"12345");
    let stats = account(&queue);
    assert_eq!((stats.exported, stats.rejected, stats.waiting), (2, 1, 1));
}

#[test]
fn after_the_end_everything_counts_as_ended_once() {
    let queue = queue(1000, 100);
    for _ in 0..4 {
        queue.push(b"12345");
    }
    queue.want_all();
    let batch = queue.take(Instant::now()).unwrap();
    queue.push(b"12345");
    queue.close();
    assert_eq!(account(&queue).ended, 5);
    queue.settle(batch, Settled::Exported { rejected: 0 });
    queue.push(b"12345");
    let stats = account(&queue);
    assert_eq!((stats.ended, stats.exported, stats.waiting), (6, 0, 0));
}

#[test]
fn a_batch_is_halved_by_its_items() {
    let queue = queue(1000, 100);
    for item in [&b"a"[..], b"bb", b"ccc"] {
        queue.push(item);
    }
    queue.want_all();
    let (first, second) = queue.take(Instant::now()).unwrap().halves();
    assert_eq!((first.items, &*first.bytes), (1, &b"\x12\x01a"[..]));
    assert_eq!((second.items, &*second.bytes), (2, &b"\x12\x02bb\x12\x03ccc"[..]));
    let (none, one) = first.halves();
    assert_eq!((none.items, one.items), (0, 1));
}

#[test]
fn more_rejected_than_sent_is_all() {
    let queue = queue(1000, 100);
    queue.push(b"a");
    queue.want_all();
    queue.settle(queue.take(Instant::now()).unwrap(), Settled::Exported { rejected: 9 });
    assert_eq!((account(&queue).rejected, account(&queue).exported), (1, 0));
}

#[test]
fn items_of_one_field_are_counted_each_and_are_not_divided() {
    let queue = queue(1000, 5);
    assert!(queue.push_group(b"a", 2) && queue.push_group(b"bb", 3) && queue.push_group(b"c", 1));
    assert!(queue.take(Instant::now()).is_ok(), "a batch is full");
    assert!(queue.take(Instant::now()).is_err(), "the rest is not complete");
    queue.complete();
    let rest = queue.take(Instant::now()).unwrap();
    assert_eq!((rest.items, rest.has_halves()), (1, false));
    assert_eq!(account(&queue).offered, 6);
}

#[test]
fn a_batch_of_groups_is_halved_by_its_fields() {
    let queue = queue(1000, 100);
    for (group, items) in [(&b"a"[..], 5), (b"bb", 1), (b"ccc", 2)] {
        queue.push_group(group, items);
    }
    queue.complete();
    let (first, second) = queue.take(Instant::now()).unwrap().halves();
    assert_eq!((first.items, &*first.bytes), (5, &b"\x12\x01a"[..]));
    assert_eq!((second.items, &*second.bytes), (3, &b"\x12\x02bb\x12\x03ccc"[..]));
    assert!(!first.has_halves() && second.has_halves());
    queue.settle(first, Settled::Exported { rejected: 0 });
    queue.settle(second, Settled::Refused);
    let stats = account(&queue);
    assert_eq!((stats.exported, stats.refused, stats.waiting), (5, 3, 0));
}

#[test]
fn a_group_that_has_no_room_is_dropped_whole() {
    let queue = queue(1000, 100);
    assert!(queue.push_group(b"a", 99) && !queue.push_group(b"b", 2) && queue.push_group(b"c", 1));
    assert_eq!((account(&queue).overflow, account(&queue).waiting), (2, 100));
}
