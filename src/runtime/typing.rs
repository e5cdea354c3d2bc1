//! "… is writing": a hint from one side to the other. It is never kept, never repeated, and lost without harm.

use super::{Loop, RuntimeError};
use jiff::{SignedDuration, Timestamp};
use port::{Adapter, ChatId, Place, TopicId, Typing};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// How many hints may wait; more are lost.
pub(super) const TYPING_MAX: usize = 64;
/// How often one place may show it. Platforms take it away by themselves a little later.
const EVERY: SignedDuration = SignedDuration::from_secs(4);
/// How many places are remembered before those that are free again are forgotten.
const PLACES_MAX: usize = 1024;
/// How many hints are on their way at once; more are lost.
const IN_FLIGHT_MAX: usize = 16;
/// How long one may take.
const TIME_MAX: Duration = Duration::from_secs(5);

/// What was shown lately, and what is on its way.
#[derive(Default)]
pub(super) struct Hints {
    shown: BTreeMap<(Place, Option<TopicId>), Timestamp>,
    tasks: JoinSet<()>,
}

impl Hints {
    /// Whether a place may show one now; counts it if so.
    fn may(&mut self, now: Timestamp, from: (Place, Option<TopicId>)) -> bool {
        while self.tasks.try_join_next().is_some() {}
        let is_free = |at: &Timestamp| now < *at || now.duration_since(*at) >= EVERY;
        if self.shown.len() >= PLACES_MAX {
            self.shown.retain(|_, at| !is_free(at));
        }
        let full = self.tasks.len() >= IN_FLIGHT_MAX || self.shown.len() >= PLACES_MAX;
        if full || !self.shown.get(&from).is_none_or(is_free) {
            return false;
        }
        self.shown.insert(from, now);
        true
    }

    fn show(&mut self, adapter: Arc<dyn Adapter>, chat: ChatId, topic: Option<TopicId>) {
        self.tasks.spawn(async move {
            let shown = adapter.typing(&chat, topic.as_ref());
            let _late = tokio::time::timeout(TIME_MAX, shown).await;
        });
    }
}

impl Loop {
    /// Passes a hint on to the other side of its thread.
    pub(super) async fn typing(&mut self, typing: Typing) -> Result<(), RuntimeError> {
        let Typing { channel, chat, topic, account } = typing;
        let place = Place::new(channel, chat);
        if !self.hints.may(self.clock.now(), (place.clone(), topic.clone())) {
            return Ok(());
        }
        let other = loop {
            match desk::typing(&self.cache, &self.setup, &place, topic.as_ref(), &account) {
                Ok(other) => break other,
                Err(missing) => self.cache.load(self.store.as_ref(), &missing).await?,
            }
        };
        if let Some((place, topic)) = other
            && let Some(adapter) = self.adapters.get(&place.channel)
        {
            self.hints.show(Arc::clone(adapter), place.chat, topic);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use port::ChannelName;

    #[tokio::test]
    async fn a_place_shows_it_once_in_four_seconds_and_others_are_free() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let from = |chat: &str| (Place::new(ChannelName::new("shop"), ChatId::new(chat)), None);
        let mut hints = Hints::default();
        assert!(hints.may(at(100), from("mia")));
        assert!(!hints.may(at(103), from("mia")));
        assert!(hints.may(at(103), from("noa")));
        assert!(hints.may(at(104), from("mia")));
        // a clock that went back holds nobody up
        assert!(hints.may(at(50), from("mia")));
        for chat in 0..2 * PLACES_MAX {
            hints.may(at(200), from(&chat.to_string()));
        }
        assert!(hints.shown.len() <= PLACES_MAX);
        assert!(hints.may(at(300), from("mia")));
    }
}
