//! What Telegram can do in a chat, as data.

use crate::Shared;
use crate::render::TEXT_LIMIT;
use port::{Budget, Capabilities, ChatId, Counts, Idempotency, Identity, Scope, Support};
use std::time::Duration;

/// The largest file that a bot may send over Telegram's own server.
const UPLOAD_MAX: u64 = 50 << 20;
/// The largest file that a bot may fetch over Telegram's own server.
const DOWNLOAD_MAX: u64 = 20 << 20;
/// The largest file of a server of one's own.
const OWN_MAX: u64 = 2_000 << 20;
/// The largest picture that is shown as such.
pub(crate) const PHOTO_MAX: u64 = 10 << 20;
/// The largest sticker.
pub(crate) const STICKER_MAX: u64 = 512 << 10;

/// What can be done in a chat.
pub(crate) fn capabilities(shared: &Shared, chat: &ChatId) -> Capabilities {
    let is_group = is_group(chat);
    let (max, per) = if is_group { (20, Duration::from_mins(1)) } else { (1, Duration::from_secs(1)) };
    let channel =
        Budget { scope: Scope::Channel, counts: Counts::Everything, max: 30, per: Duration::from_secs(1) };
    let chat_budget = Budget { scope: Scope::Chat, counts: Counts::Messages, max, per };
    Capabilities {
        text_limit: TEXT_LIMIT,
        identity: Identity::PrefixOnly,
        topics: if is_group { Support::Full } else { Support::Rejected },
        marks: if shared.sending.shows_marks(chat) { Support::Full } else { Support::Rejected },
        edits: Support::Full,
        // not what is older than two days
        deletes: Support::Partial,
        // one of a list, and one at a time
        reactions: Support::Partial,
        file_max: Some(upload_max(&shared.config.api_url)),
        idempotency: Idempotency::None,
        // for a day; what may be missing after a longer stop is told as a gap
        backfill: true,
        budgets: vec![channel, chat_budget],
    }
}

/// Whether a chat is a group; the ids of private chats are those of people, which are positive.
pub(crate) fn is_group(chat: &ChatId) -> bool {
    chat.as_str().starts_with('-')
}

/// The largest file that can be sent.
pub(crate) fn upload_max(api_url: &str) -> u64 {
    if is_public(api_url) { UPLOAD_MAX } else { OWN_MAX }
}

/// The largest file that can be fetched; a server of one's own has no limit.
pub(crate) fn download_max(api_url: &str) -> Option<u64> {
    is_public(api_url).then_some(DOWNLOAD_MAX)
}

fn is_public(api_url: &str) -> bool {
    api_url.contains("://api.telegram.org")
}
