//! What sending remembers. All of it can be lost: it is on the shelf, or asked for again.

use crate::channels::Channels;
use crate::download::Feeders;
use crate::few::Few;
use crate::pictures::Pictures;
use crate::snowflake::Skew;
use crate::tags::Tags;
use crate::tries::Tries;

/// What all parts of sending share.
#[derive(Default)]
pub(crate) struct Outgoing {
    pub(crate) channels: Channels,
    pub(crate) tries: Tries,
    pub(crate) tags: Tags,
    pub(crate) pictures: Pictures,
    pub(crate) feeders: Feeders,
    pub(crate) skew: Skew,
    /// The latest message of ours, by channel.
    pub(crate) latest: Few<String>,
    /// The posts in which a forum's general messages are, by forum.
    pub(crate) general: Few<String>,
    /// Until when a post's name cannot be changed, by post.
    pub(crate) unnamable: Few<std::time::Instant>,
}
