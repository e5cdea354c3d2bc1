//! Lanes alone: what may be sent, and when.

use super::{Limits, Outbox};
use desk::rows::{Phase, Purpose, Queued};
use desk::{Effect, Lane};
use jiff::Timestamp;
use port::{Budget, ChannelName, ChatId, Mark, MessageId, OpId, Operation, Place, ThreadId};

struct Unlimited;

impl Limits for Unlimited {
    fn budgets(&self, _lane: &Lane) -> Vec<Budget> {
        Vec::new()
    }
}

/// An operation for a customer's chat.
pub(super) fn queued(chat: &str, seq: u64, queued_at: Timestamp) -> Queued {
    Queued {
        id: OpId::new(format!("test-{seq}")),
        lane: Lane { place: Place::new(ChannelName::new("shop"), ChatId::new(chat)), thread: None },
        seq,
        thread: Some(ThreadId(1)),
        in_topic: false,
        purpose: Purpose::Notice,
        operation: Operation::Mark { message: MessageId::new("m"), mark: Mark::Pending },
        quotes: None,
        queued_at,
        attempts: 0,
        tried_at: None,
        not_before: None,
        phase: Phase::Send,
    }
}

fn put(outbox: &mut Outbox, row: Queued) {
    outbox.apply(Effect::Queue(Box::new(row)));
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn taken(outbox: &mut Outbox, now: i64) -> Vec<u64> {
    outbox.take(at(now), &Unlimited).iter().map(|row| row.seq).collect()
}

#[test]
fn nothing_is_sent_beside_what_is_being_sent_even_when_it_comes_before_it() {
    let mut outbox = Outbox::default();
    let later = queued("mia", 512, at(0));
    put(&mut outbox, later.clone());
    assert_eq!(taken(&mut outbox, 1), [512]);
    // as from a chat that goes on here
    put(&mut outbox, queued("mia", 256, at(0)));
    put(&mut outbox, queued("noa", 300, at(0)));
    assert_eq!(taken(&mut outbox, 2), [300]);
    outbox.returned(&later.lane.place.channel);
    outbox.apply(Effect::Remove { lane: later.lane, seq: 512 });
    assert_eq!(taken(&mut outbox, 3), [256]);
}

#[test]
fn a_clock_that_went_back_makes_nobody_wait() {
    let mut outbox = Outbox::default();
    put(&mut outbox, Queued { not_before: Some(at(1010)), ..queued("mia", 256, at(1000)) });
    assert!(taken(&mut outbox, 1009).is_empty());
    assert!(taken(&mut outbox, 1008).is_empty(), "a clock is corrected by a second now and then");
    assert_eq!(taken(&mut outbox, 10), [256]);
}
