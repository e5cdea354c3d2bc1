//! The bridge's own words of which nobody knows whether they arrived.
//!
//! What the bridge says to the team it says once more, with a word on why: a warning that nobody read is worse than one
//! that is read twice. That is one decision, and the second one names the first, so that no end of the process brings a
//! third. When nobody knows of the second one either, it is let go: a platform that loses every answer is not flooded.
//!
//! What it says to a customer it does not say again. That is a greeting, or tells of something that was not carried, of
//! which the team is told in the topic at the same time: nobody learns of a failure by the customer's notice alone, and
//! a customer has nothing to make of hearing it twice.

use crate::decide::{Decision, Effect, STEP, Turn, Verdict};
use crate::rows::{Purpose, Queued};
use crate::sentence::Sentence;
use crate::state::Missing;
use port::rich::Rich;
use port::{Body, Operation};

/// Whether an operation is the bridge's own words to the team, and nobody knows whether they arrived.
pub(crate) fn is_lost(turn: &Turn<'_>, queued: &Queued, verdict: &Verdict) -> bool {
    // outside of topics, who opened a chat without a word is greeted in the same way as a team is spoken to
    let is_teams = queued.lane.thread.is_some() || turn.setup.team_at(&queued.lane.place).is_some();
    *verdict == Verdict::Unknown && queued.purpose == Purpose::Notice && is_teams
}

/// Says it once more, at the end of its lane; nothing of what belongs to it is left out.
pub(crate) fn say_again(turn: &mut Turn<'_>, queued: &Queued) -> Result<(), Missing> {
    turn.remove_queued(queued);
    if queued.repeats.is_some() {
        return Ok(());
    }
    let before = turn.setup.speaking(queued.locale.as_deref()).say(&Sentence::SaidAgain {});
    let n = turn.next_operation()?;
    let mut again = queued.replaced(turn.op_id(n), turn.now);
    if let Operation::Create { body, .. } = &mut again.operation {
        let before = Rich::plain(format!("{before}\n"));
        *body = Body::new(body.text().owner(), &Rich::concat([&before, &body.rich()]));
    }
    again.seq = n * STEP;
    again.repeats = Some(queued.id.clone());
    turn.put_queued(again);
    Ok(())
}

impl Decision {
    /// Whether all that was decided is that an operation leaves the outbox: nobody hears of it any more.
    #[must_use]
    pub fn lets_go(&self) -> bool {
        let only_leaves = self.effects.iter().all(|effect| matches!(effect, Effect::Remove { .. }));
        !self.effects.is_empty() && only_leaves && self.events.is_empty()
    }
}
