//! What can be done in a chat, as far as it is known without asking.

use crate::render::TEXT_LIMIT;
use crate::{Shared, channels};
use port::{Budget, Capabilities, ChatId, Counts, Idempotency, Identity, Scope, Support};
use std::time::Duration;

/// How long Discord surely remembers a nonce. Its documentation says "the past few minutes".
const NONCE_WINDOW: Duration = Duration::from_mins(2);

/// What can be done in a chat.
pub(crate) fn capabilities(shared: &Shared, chat: &ChatId) -> Capabilities {
    let is_team = shared.places.is_team(chat);
    // webhooks post there, under any name and without a key
    let has_hooks = is_team || shared.places.is_private_thread(chat);
    let guild = shared.outgoing.channels.known(chat.as_str()).and_then(|facts| facts.guild);
    let file_max = guild.and_then(|guild| shared.outgoing.channels.file_max(&guild));
    let budget =
        |scope, counts, max, seconds| Budget { scope, counts, max, per: Duration::from_secs(seconds) };
    let mut budgets = vec![budget(Scope::Channel, Counts::Everything, 50, 1)];
    if is_team {
        // a webhook's own limits hold for all posts of a forum together
        budgets.push(budget(Scope::Chat, Counts::Messages, 5, 2));
        budgets.push(budget(Scope::Chat, Counts::Messages, 30, 60));
    }
    Capabilities {
        text_limit: TEXT_LIMIT,
        identity: if has_hooks { Identity::Native } else { Identity::PrefixOnly },
        topics: if is_team { Support::Full } else { Support::Rejected },
        marks: Support::Full,
        edits: Support::Full,
        deletes: Support::Full,
        reactions: Support::Full,
        file_max: Some(file_max.unwrap_or(channels::FILE_MAX)),
        idempotency: if has_hooks { Idempotency::None } else { Idempotency::Key { window: NONCE_WINDOW } },
        backfill: true,
        budgets,
    }
}
