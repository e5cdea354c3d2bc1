//! Rate limits as data: how many operations a channel and a chat may take in a stretch of time.

use jiff::Timestamp;
use port::{Budget, ChannelName, ChatId, Counts, Place, Scope};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use crate::clock::later;

/// The longest stretch a budget may name.
const BUDGET_MAX: Duration = Duration::from_hours(1);
/// How many chats are remembered before what is old is looked for.
const SWEEP_AT: usize = 4096;

/// A clock that is set back by less is taken as it is.
const JUMP_MIN: Duration = Duration::from_secs(2);

/// Whose, and counted as what.
type Spent = (ChannelName, Option<ChatId>, Counts);

/// What was sent lately, per channel and per chat, as far as budgets ask.
#[derive(Debug, Default)]
pub struct Pace {
    /// The last instant that was looked at.
    seen_at: Timestamp,
    sent: BTreeMap<Spent, VecDeque<Timestamp>>,
    held: BTreeMap<(ChannelName, Option<ChatId>), Timestamp>,
}

impl Pace {
    /// From when on one more operation to a place is within all budgets and holds; `now` or earlier means at once.
    #[must_use]
    pub fn free_at(&self, place: &Place, is_message: bool, budgets: &[Budget]) -> Option<Timestamp> {
        let spent = counting(is_message, budgets).filter_map(|budget| {
            let sent = self.sent.get(&scope_key(place, budget))?;
            let max = usize::try_from(budget.max.max(1)).unwrap_or(usize::MAX);
            let first_in_the_way = sent.len().checked_sub(max)?;
            sent.get(first_in_the_way).map(|at| later(*at, budget.per))
        });
        self.holds(place).chain(spent).max()
    }

    /// Until when the platform asked to wait, on the whole channel and in the chat.
    fn holds(&self, place: &Place) -> impl Iterator<Item = Timestamp> {
        let whose = [None, Some(place.chat.clone())].into_iter();
        whose.filter_map(move |chat| self.held.get(&(place.channel.clone(), chat)).copied())
    }

    /// Whether a chat's own budget of messages runs short: half of it is spent, or the platform itself asked to wait not
    /// long ago.
    #[must_use]
    pub fn is_tight(&self, now: Timestamp, place: &Place, budgets: &[Budget]) -> bool {
        let of_chat = |budget: &&Budget| budget.scope == Scope::Chat && budget.counts == Counts::Messages;
        budgets.iter().filter(of_chat).any(|budget| {
            let is_recent = |at: &Timestamp| later(*at, budget.per) > now;
            let sent = self.sent.get(&scope_key(place, budget)).into_iter().flatten();
            let sent = sent.filter(|at| is_recent(at)).count();
            let max = usize::try_from(budget.max).unwrap_or(usize::MAX);
            sent.saturating_mul(2) >= max || self.holds(place).any(|until| is_recent(&until))
        })
    }

    /// Counts an operation that is being sent.
    pub fn spend(&mut self, now: Timestamp, place: &Place, is_message: bool, budgets: &[Budget]) {
        let mut wanted: BTreeMap<Spent, u32> = BTreeMap::new();
        for budget in counting(is_message, budgets) {
            let max = wanted.entry(scope_key(place, budget)).or_default();
            *max = budget.max.max(*max);
        }
        for (key, wanted) in wanted {
            let sent = self.sent.entry(key).or_default();
            sent.push_back(now);
            while sent.len() > usize::try_from(wanted).unwrap_or(usize::MAX) {
                sent.pop_front();
            }
        }
    }

    /// Holds a channel, or one chat, because the platform said so.
    pub fn hold(&mut self, place: &Place, whole_channel: bool, until: Timestamp) {
        let chat = (!whole_channel).then(|| place.chat.clone());
        let held = self.held.entry((place.channel.clone(), chat)).or_insert(until);
        *held = until.max(*held);
    }

    /// Forgets what no budget asks for any more, once there is enough of it. A clock that went back forgets
    /// everything from later. Tells whether it went back so far that no wait until an instant can be trusted.
    pub fn sweep(&mut self, now: Timestamp) -> bool {
        let went_back = now < self.seen_at;
        let jumped = later(now, JUMP_MIN) < self.seen_at;
        self.seen_at = now;
        if jumped {
            self.held.clear();
        }
        if self.sent.len() + self.held.len() < SWEEP_AT && !went_back {
            return jumped;
        }
        let old = now.checked_sub(BUDGET_MAX).unwrap_or(Timestamp::MIN);
        self.held.retain(|_, until| *until > now);
        self.sent.retain(|_, sent| {
            sent.retain(|at| *at <= now);
            sent.back().is_some_and(|at| *at > old)
        });
        jumped
    }
}

/// The budgets that an operation takes from.
fn counting(is_message: bool, budgets: &[Budget]) -> impl Iterator<Item = &Budget> {
    budgets.iter().filter(move |budget| is_message || budget.counts == Counts::Everything)
}

fn scope_key(place: &Place, budget: &Budget) -> Spent {
    let chat = match budget.scope {
        Scope::Channel => None,
        Scope::Chat => Some(place.chat.clone()),
    };
    (place.channel.clone(), chat, budget.counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_budget_is_never_exceeded_in_any_stretch() {
        let mia = Place::new(ChannelName::new("c"), ChatId::new("a"));
        let noa = Place::new(ChannelName::new("c"), ChatId::new("b"));
        let budgets = [
            Budget { scope: Scope::Chat, counts: Counts::Messages, max: 2, per: Duration::from_secs(10) },
            Budget { scope: Scope::Channel, counts: Counts::Everything, max: 3, per: Duration::from_secs(4) },
        ];
        let mut pace = Pace::default();
        assert_eq!(pace.free_at(&mia, true, &budgets), None);
        pace.spend(at(100), &mia, true, &budgets);
        pace.spend(at(101), &mia, true, &budgets);
        assert_eq!(pace.free_at(&mia, true, &budgets), Some(at(110)));
        assert_eq!(pace.free_at(&noa, true, &budgets), None);
        let mark = pace.free_at(&mia, false, &budgets);
        assert_eq!(mark, None, "what makes no message is not counted among messages");
        pace.spend(at(102), &noa, true, &budgets);
        assert_eq!(pace.free_at(&mia, false, &budgets), Some(at(104)));
        assert_eq!(pace.free_at(&noa, true, &budgets), Some(at(104)));
    }

    #[test]
    fn a_chat_is_short_of_messages_when_half_of_them_are_spent_or_the_platform_said_so() {
        let room = Place::new(ChannelName::new("c"), ChatId::new("a"));
        let hall = Place::new(ChannelName::new("c"), ChatId::new("b"));
        let per = Duration::from_mins(1);
        let budget = |scope, counts| [Budget { scope, counts, max: 4, per }];
        let messages = budget(Scope::Chat, Counts::Messages);
        let mut pace = Pace::default();
        pace.spend(at(100), &room, true, &messages);
        assert!(!pace.is_tight(at(101), &room, &messages));
        pace.spend(at(110), &room, true, &messages);
        assert!(pace.is_tight(at(110), &room, &messages));
        assert!(!pace.is_tight(at(110), &hall, &messages), "another chat has its own");
        assert!(!pace.is_tight(at(160), &room, &messages), "the first is forgotten");
        pace.hold(&hall, false, at(130));
        assert!(pace.is_tight(at(189), &hall, &messages));
        assert!(!pace.is_tight(at(190), &hall, &messages));
        pace.hold(&hall, true, at(190));
        assert!(pace.is_tight(at(249), &room, &messages));
        assert!(!pace.is_tight(at(250), &room, &messages));
        for others in [budget(Scope::Channel, Counts::Messages), budget(Scope::Chat, Counts::Everything)] {
            for _ in 0..4 {
                pace.spend(at(300), &room, true, &others);
            }
            assert!(!pace.is_tight(at(300), &room, &others), "{others:?}");
        }
    }

    #[test]
    fn a_platforms_own_wait_is_obeyed() {
        let mia = Place::new(ChannelName::new("c"), ChatId::new("a"));
        let noa = Place::new(ChannelName::new("c"), ChatId::new("b"));
        let mut pace = Pace::default();
        pace.hold(&mia, false, at(50));
        assert_eq!(pace.free_at(&mia, true, &[]), Some(at(50)));
        assert_eq!(pace.free_at(&noa, true, &[]), None);
        pace.hold(&mia, true, at(40));
        assert_eq!(pace.free_at(&noa, true, &[]), Some(at(40)));
        assert_eq!(pace.free_at(&mia, true, &[]), Some(at(50)));
        assert!(!pace.sweep(at(30)));
        assert!(!pace.sweep(at(29)), "a clock is corrected by a second now and then");
        assert_eq!(pace.free_at(&mia, true, &[]), Some(at(50)));
        // the clock went back: nobody waits for an instant that is not what it was meant to be
        assert!(pace.sweep(at(20)));
        assert_eq!(pace.free_at(&mia, true, &[]), None);
    }
}
