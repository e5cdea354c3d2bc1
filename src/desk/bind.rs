//! The last step before sending: an operation for a thread's topic goes to whichever topic that is now.

use crate::rows::Queued;
use crate::state::{Known, Missing, Rows};
use port::Op;

/// The complete order to the adapter; `None` when its topic is not open.
///
/// # Errors
/// [`Missing`] when the thread is not known.
pub fn bind(known: &dyn Known, queued: &Queued) -> Result<Option<Op>, Missing> {
    let topic = match queued.thread {
        Some(id) if queued.in_topic => match Rows::new(known).thread(id)?.and_then(|thread| thread.topic) {
            Some(topic) => Some(topic),
            None => return Ok(None),
        },
        _ => None,
    };
    Ok(Some(Op {
        id: queued.id.clone(),
        chat: queued.lane.place.chat.clone(),
        topic,
        attempt: queued.attempts,
        operation: queued.operation.clone(),
    }))
}
