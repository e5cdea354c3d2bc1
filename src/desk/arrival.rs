//! Customers who open a chat without a word yet: they are greeted, and where they came from is kept for the card of what
//! they open. No thread, no customer and no clock begins before somebody says something.

use crate::decide::{Draft, Turn};
use crate::event::Fact;
use crate::rows::Visit;
use crate::sentence::Sentence;
use crate::state::Missing;
use port::inbound::PAYLOAD_MAX;
use port::{Inbound, MessageId, Owner, Place, Private};

/// How many greetings of a chat are remembered, so that a repeat is none.
const KNOWN_MAX: usize = 8;

/// Somebody opened a chat.
pub(crate) fn started(
    turn: &mut Turn<'_>,
    place: &Place,
    inbound: &Inbound,
    payload: Option<&str>,
    language: Option<&str>,
) -> Result<(), Missing> {
    let before = turn.rows.visit(place)?.unwrap_or_default();
    if before.known.contains(&inbound.message) {
        return Ok(());
    }
    let chat = turn.rows.chat(place)?;
    let owner =
        chat.map_or_else(|| Owner::Channel(place.channel.clone()), |chat| Owner::Customer(chat.customer));
    let payload = payload.map(|text| {
        let clean: String = text.chars().filter(|c| !c.is_control()).take(PAYLOAD_MAX).collect();
        Private::new(owner.clone(), clean)
    });
    let is_known = |tag: &&str| turn.setup.words.locale(tag.split('-').next().unwrap_or(tag)).is_some();
    let language = language.filter(is_known).map(str::to_owned);
    let speaker = turn.setup.speaking(language.as_deref().or(before.language.as_deref()));
    let greeting = speaker.say(&Sentence::ToCustomerGreeting {});
    turn.record(Fact::ChatStarted {
        place: place.clone(),
        message: inbound.message.clone(),
        payload,
        language,
    })?;
    turn.queue(Draft::in_chat(place.clone(), Private::new(owner, greeting), Vec::new()))
}

/// What is kept of it.
pub(crate) fn apply(
    before: Visit,
    message: &MessageId,
    payload: Option<&Private>,
    language: Option<&str>,
) -> Visit {
    let mut known = before.known;
    known.push(message.clone());
    let too_many = known.len().saturating_sub(KNOWN_MAX);
    known.drain(..too_many);
    Visit {
        known,
        payload: payload.cloned().or(before.payload),
        language: language.map(str::to_owned).or(before.language),
    }
}
