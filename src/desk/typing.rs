//! Where it shows that somebody is writing: on the other side of an open thread, and nowhere else.

use crate::setup::Setup;
use crate::state::{Known, Missing, Rows};
use port::{AccountId, Place, TopicId};

/// Where to show that `account` is writing in a chat.
///
/// # Errors
/// [`Missing`] when the thread is not known.
pub fn typing(
    known: &dyn Known,
    setup: &Setup,
    place: &Place,
    topic: Option<&TopicId>,
    account: &AccountId,
) -> Result<Option<(Place, Option<TopicId>)>, Missing> {
    let rows = Rows::new(known);
    if setup.team_at(place).is_none() {
        let Some(chat) = rows.chat(place)? else { return Ok(None) };
        let thread = rows.thread(chat.thread)?.filter(|thread| thread.open);
        return Ok(thread.and_then(|thread| Some((thread.team_place, Some(thread.topic?)))));
    }
    // a customer is never told that somebody unknown writes
    let Some(topic) = topic.filter(|_| setup.agent(&place.channel, account).is_some()) else {
        return Ok(None);
    };
    let Some(row) = rows.topic(place, topic)? else { return Ok(None) };
    let thread = rows.thread(row.thread)?.filter(|thread| thread.open && !thread.gone);
    Ok(thread.map(|thread| (thread.place, None)))
}
