//! From the outbox to the adapters and back.

use super::deliver::{Attempt, Returned};
use super::{AdapterLimits, Loop, RuntimeError};
use crate::observe::relay as observe;
use crate::outbox::retry::{self, Step};
use desk::rows::{Phase, Purpose, Queued, Row};
use desk::{Bound, Effect, Input, Key, Verdict};
use jiff::Timestamp;
use port::Idempotency;
use std::collections::BTreeMap;

impl Loop {
    /// Starts what the outbox allows. Where a repeat would be a second message, the attempt is kept first; where several
    /// go as one, that they do.
    pub(super) async fn start_attempts(&mut self) -> Result<(), RuntimeError> {
        let now = self.clock.now();
        let taken = self.outbox.take(now, &AdapterLimits(&self.adapters));
        let mut kept_first = Vec::new();
        let mut settled = false;
        for mut row in taken {
            let Some(adapter) = self.adapters.get(&row.lane.place.channel).cloned() else {
                // a channel that is not configured any more: its lanes wait as they are, and `status` shows them
                self.outbox.returned(&row.lane.place.channel);
                continue;
            };
            let key = Key::Out(row.lane.clone(), row.seq);
            // only the end of an attempt changes a row that may be sent, and until the outbox hears of it the lane is busy
            debug_assert!(self.cache.unkept(&key).is_none(), "an older state of a row is about to be sent");
            let is_gathered = self.gather(now, &mut row);
            let op = match self.bind(&row).await? {
                Bound::Order(op) => *op,
                nothing_to_send @ (Bound::TopicGone | Bound::Nothing) => {
                    self.outbox.returned(&row.lane.place.channel);
                    let done = Verdict::Delivered { parts: Vec::new(), topic: None };
                    let gone = nothing_to_send == Bound::TopicGone;
                    self.settle(row, if gone { Verdict::TopicGone } else { done }).await?;
                    settled = true;
                    continue;
                }
            };
            self.cache.remember(&row);
            row.phase = retry::when_due(now, &row, self.idempotency(&row));
            if row.phase == Phase::Send && self.idempotency(&row) == Idempotency::None {
                row.tried_at = Some(now);
                self.cache.write(BTreeMap::from([(key, Some(Row::Queued(Box::new(row.clone()))))]));
                kept_first.push((adapter, row, op));
            } else if is_gathered {
                kept_first.push((adapter, row, op));
            } else {
                self.attempts.start(adapter, now, row, op);
            }
        }
        if settled || !kept_first.is_empty() {
            self.keep().await?;
        }
        for (adapter, row, op) in kept_first {
            self.attempts.start(adapter, now, row, op);
        }
        Ok(())
    }

    /// Where its chat runs short of messages, lets a head take along what waits behind it; writes how they are then.
    fn gather(&mut self, now: Timestamp, row: &mut Queued) -> bool {
        let cache = &self.cache;
        let place = |row: &Queued| Key::Out(row.lane.clone(), row.seq);
        let is_kept = |row: &Queued| cache.unkept(&place(row)).is_none();
        let gathered = self.outbox.gather(now, &row.lane, &AdapterLimits(&self.adapters), is_kept);
        let Some(head) = gathered else { return false };
        observe::gathered(&head);
        let mut writes: BTreeMap<_, _> = head.gathered.iter().map(|other| (place(other), None)).collect();
        writes.insert(place(&head), Some(Row::Queued(Box::new(head.clone()))));
        self.cache.write(writes);
        *row = head;
        true
    }

    fn idempotency(&self, row: &Queued) -> Idempotency {
        let place = &row.lane.place;
        self.adapters
            .get(&place.channel)
            .map_or(Idempotency::None, |adapter| adapter.capabilities(&place.chat).idempotency)
    }

    async fn bind(&mut self, row: &Queued) -> Result<Bound, RuntimeError> {
        loop {
            match desk::bind(&self.cache, row) {
                Ok(bound) => return Ok(bound),
                Err(missing) => self.cache.load(self.store.as_ref(), &missing).await?,
            }
        }
    }

    /// An attempt came back.
    pub(super) async fn returned(&mut self, returned: Returned) -> Result<(), RuntimeError> {
        let Returned { row, began_at, result } = returned;
        let now = self.clock.now();
        self.outbox.returned(&row.lane.place.channel);
        let random = self.random.f64();
        let step = match result {
            Attempt::Sent(outcome) => {
                observe::outcome(&row, &outcome);
                retry::after_send(now, began_at, &row, outcome, self.idempotency(&row), random)
            }
            Attempt::Looked(found) => {
                observe::found(&row, &found);
                retry::after_reconcile(now, &row, found, random)
            }
        };
        match step {
            Step::Settle { row, verdict } => self.settle(*row, verdict).await,
            Step::Again { row: next, hold } => {
                if let Some(hold) = hold {
                    self.outbox.hold(&next.lane, hold);
                }
                let key = Key::Out(next.lane.clone(), next.seq);
                self.cache.write(BTreeMap::from([(key, Some(Row::Queued(next.clone())))]));
                self.decided.to_apply.push(Effect::Queue(next.clone()));
                let first_failure = row.attempts == 0 && next.attempts == 1;
                if first_failure && matches!(row.purpose, Purpose::Reply { .. }) {
                    self.settle(*next, Verdict::Delayed).await?;
                }
                Ok(())
            }
        }
    }

    async fn settle(&mut self, row: Queued, verdict: Verdict) -> Result<(), RuntimeError> {
        self.decide(&Input::Settled { queued: Box::new(row), verdict }).await
    }
}
