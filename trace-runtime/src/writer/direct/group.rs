//! Group commit: lines that several threads log at once are written by one
//! call, and each thread goes on when its own lines are.
//!
//! One thread at a time **leads**: it writes. What others log meanwhile is
//! gathered, and they wait. A leader that is done passes the lead on to one of
//! them that is awake, which writes all that has been gathered. If all are
//! asleep, it writes their lines itself, for to wake one takes longer; but only
//! once, and passes the lead on then. So a line waits for two writes, as a rule,
//! and no thread works for the others for ever.
//!
//! A thread that finds no leader pays two atomic operations.

use std::{mem, sync::PoisonError};

use crate::writer::{
    batch::{Batch, BatchBuf},
    sync::{
        AtomicBool, AtomicU8, AtomicU64, Condvar, Mutex, MutexGuard, Ordering, SPINS, spin, wait,
    },
};

/// There is no leader, and nothing is gathered.
const FREE: u8 = 0;
/// There is a leader, and nothing is gathered.
const LED: u8 = 1;
/// Lines are gathered: the leader must see to them. Set and left under the
/// lock.
const GATHERED: u8 = 2;

/// Threads that write to one sink.
pub(super) struct Group {
    processors: usize,
    lead: AtomicU8,
    gathering: Mutex<Gathering>,
    /// How many groups are written; partner of those that spin.
    written: AtomicU64,
    /// Whether the lead waits for one of the group: a hint for those that spin.
    is_vacant: AtomicBool,
    /// To those that sleep: their group is written, or has no leader. One for
    /// the group that is being written, one for the next.
    changed: [Condvar; 2],
}

/// What goes out next.
struct Gathering {
    lines: BatchBuf,
    /// Memory for the group after it.
    spare: BatchBuf,
    /// The group's number.
    number: u64,
    /// How many of its threads are awake.
    awake: usize,
    /// How many threads sleep, of this group and of the one before.
    asleep: [usize; 2],
    is_vacant: bool,
}

impl Group {
    pub(super) fn new(processors: usize) -> Self {
        let gathering = Gathering {
            lines: BatchBuf::default(),
            spare: BatchBuf::default(),
            number: 0,
            awake: 0,
            asleep: [0; 2],
            is_vacant: false,
        };
        Self {
            processors,
            lead: AtomicU8::new(FREE),
            gathering: Mutex::new(gathering),
            written: AtomicU64::new(0),
            is_vacant: AtomicBool::new(false),
            changed: [Condvar::new(), Condvar::new()],
        }
    }

    /// Has a batch written by `commit`, by this thread or by another one; it is
    /// when this returns.
    #[inline]
    pub(super) fn write(&self, batch: Batch<'_>, commit: impl Fn(Batch<'_>)) {
        if self.change(FREE, LED) {
            commit(batch);
            self.release(&commit);
        } else {
            self.join(batch, &commit);
        }
    }

    #[inline]
    fn change(&self, from: u8, to: u8) -> bool {
        self.lead.compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    /// Gives the lead up.
    #[inline]
    fn release(&self, commit: &impl Fn(Batch<'_>)) {
        if !self.change(LED, FREE) {
            self.release_to_others(commit);
        }
    }

    #[cold]
    fn release_to_others(&self, commit: &impl Fn(Batch<'_>)) {
        let gathering = self.lock();
        if gathering.awake > 0 {
            return self.vacate(gathering);
        }
        self.lead_group(gathering, commit);
        if !self.change(LED, FREE) {
            self.vacate(self.lock());
        }
    }

    /// Leaves the lead to the group that is gathered.
    fn vacate(&self, mut gathering: MutexGuard<'_, Gathering>) {
        gathering.is_vacant = true;
        self.is_vacant.store(true, Ordering::Relaxed);
        if gathering.awake == 0 {
            self.changed_for(gathering.number).notify_one();
        }
    }

    /// Writes all that is gathered. This thread has the lead.
    fn lead_group(&self, mut gathering: MutexGuard<'_, Gathering>, commit: &impl Fn(Batch<'_>)) {
        let spare = mem::take(&mut gathering.spare);
        let mut lines = mem::replace(&mut gathering.lines, spare);
        let number = gathering.number;
        gathering.number += 1;
        gathering.awake = 0;
        self.lead.store(LED, Ordering::Release);
        drop(gathering);
        if let Some(batch) = lines.as_batch() {
            commit(batch);
        }
        lines.clear();
        self.finish(number, lines);
    }

    /// Lets the threads of a group go on.
    fn finish(&self, number: u64, spare: BatchBuf) {
        let mut gathering = self.lock();
        self.written.store(number + 1, Ordering::Release);
        gathering.spare = spare;
        let asleep = gathering.asleep.get_mut(parity(number)).map(mem::take);
        drop(gathering);
        if asleep.is_some_and(|asleep| asleep > 0) {
            self.changed_for(number).notify_all();
        }
    }

    #[cold]
    fn join(&self, batch: Batch<'_>, commit: &impl Fn(Batch<'_>)) {
        let mut gathering = self.lock();
        while !self.change(LED, GATHERED) && self.lead.load(Ordering::Acquire) != GATHERED {
            if self.change(FREE, LED) {
                drop(gathering);
                commit(batch);
                return self.release(commit);
            }
        }
        if !gathering.lines.push(&batch) {
            // There is no memory: as if there were no group.
            drop(gathering);
            return commit(batch);
        }
        if self.take_lead(&mut gathering) {
            self.lead_on(gathering, commit);
        } else {
            self.wait(gathering, commit);
        }
    }

    /// Takes the lead if it waits for one of the group.
    fn take_lead(&self, gathering: &mut Gathering) -> bool {
        self.is_vacant.store(false, Ordering::Relaxed);
        mem::take(&mut gathering.is_vacant)
    }

    fn lead_on(&self, gathering: MutexGuard<'_, Gathering>, commit: &impl Fn(Batch<'_>)) {
        self.lead_group(gathering, commit);
        self.release(commit);
    }

    /// Waits until the group is written, or leads it.
    fn wait<'a>(&'a self, mut gathering: MutexGuard<'a, Gathering>, commit: &impl Fn(Batch<'_>)) {
        let number = gathering.number;
        // To spin where there is no processor to spare holds up the leader.
        if gathering.awake + 2 <= self.processors {
            gathering.awake += 1;
            drop(gathering);
            if self.spin_until_changed(number) {
                return;
            }
            gathering = self.lock();
            if gathering.number == number {
                gathering.awake = gathering.awake.saturating_sub(1);
            }
        }
        let mut is_asleep = false;
        while self.written.load(Ordering::Acquire) <= number {
            if self.take_lead(&mut gathering) {
                return self.lead_on(gathering, commit);
            }
            if let Some(asleep) = gathering.asleep.get_mut(parity(number)).filter(|_| !is_asleep) {
                *asleep += 1;
                is_asleep = true;
            }
            gathering = wait(self.changed_for(number), gathering);
        }
    }

    /// Returns whether the group is written.
    fn spin_until_changed(&self, number: u64) -> bool {
        for _ in 0..SPINS {
            if self.written.load(Ordering::Acquire) > number {
                return true;
            }
            if self.is_vacant.load(Ordering::Relaxed) {
                return false;
            }
            spin();
        }
        false
    }

    fn changed_for(&self, number: u64) -> &Condvar {
        let [even, odd] = &self.changed;
        if parity(number) == 0 { even } else { odd }
    }

    fn lock(&self) -> MutexGuard<'_, Gathering> {
        self.gathering.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn parity(number: u64) -> usize {
    usize::from(number % 2 == 1)
}
