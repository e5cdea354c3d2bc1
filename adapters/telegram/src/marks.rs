//! Reactions: delivery marks on agents' messages, and what one side reacts with on the other.
//!
//! A bot has one reaction a message, and only such as Telegram lists (Bot API, `ReactionTypeEmoji`).

use crate::client::Failure;
use crate::send::{Errand, Undone, done, not_possible, number_of};
use port::{Mark, MessageId, Outcome};
use serde_json::json;

/// What Telegram takes.
const TAKEN: [&str; 73] = [
    "❤",
    "👍",
    "👎",
    "🔥",
    "🥰",
    "👏",
    "😁",
    "🤔",
    "🤯",
    "😱",
    "🤬",
    "😢",
    "🎉",
    "🤩",
    "🤮",
    "💩",
    "🙏",
    "👌",
    "🕊",
    "🤡",
    "🥱",
    "🥴",
    "😍",
    "🐳",
    "❤\u{200D}🔥",
    "🌚",
    "🌭",
    "💯",
    "🤣",
    "⚡",
    "🍌",
    "🏆",
    "💔",
    "🤨",
    "😐",
    "🍓",
    "🍾",
    "💋",
    "🖕",
    "😈",
    "😴",
    "😭",
    "🤓",
    "👻",
    "👨\u{200D}💻",
    "👀",
    "🎃",
    "🙈",
    "😇",
    "😨",
    "🤝",
    "✍",
    "🤗",
    "🫡",
    "🎅",
    "🎄",
    "☃",
    "💅",
    "🤪",
    "🗿",
    "🆒",
    "💘",
    "🙉",
    "🦄",
    "😘",
    "💊",
    "🙊",
    "😎",
    "👾",
    "🤷\u{200D}♂",
    "🤷",
    "🤷\u{200D}♀",
    "😡",
];
/// What stands for others that say the same.
const NEAREST: [(&str, &str); 11] = [
    ("❤", "♥💖💗💓💞💕💙💚💛🧡💜🖤🤍🤎🩷🩵🩶"),
    ("😁", "😀😃😄🙂😊😆☺😉😅"),
    ("🤣", "😂😹"),
    ("👌", "✅✔☑🆗"),
    ("👎", "❌✖🚫"),
    ("🎉", "🥳🎊🎈"),
    ("😢", "🙁☹😞😔😥😿"),
    ("🤔", "❓❔🧐"),
    ("🙏", "🤲"),
    ("👏", "🙌"),
    ("😡", "😠👿"),
];

/// Shows a mark in place of an earlier one.
pub(crate) async fn set(errand: &Errand<'_>, message: &MessageId, mark: Mark) -> Result<Outcome, Undone> {
    let Some(number) = number_of(message) else { return Ok(done()) };
    match show(errand, number, Some(sign(mark))).await {
        Ok(()) => Ok(done()),
        // nobody can look at it any more
        Err(failure) if is_gone(&failure) => Ok(done()),
        Err(failure) if failure.is_no_reaction() || matches!(failure, Failure::NoMethod(_)) => {
            errand.shared.sending.refuses_marks(&errand.op.chat);
            Err(not_possible("this chat does not take the reaction that is the mark"))
        }
        Err(failure) => Err(failure.into()),
    }
}

/// The reaction that shows a mark.
const fn sign(mark: Mark) -> &'static str {
    match mark {
        Mark::Pending => "👀",
        Mark::Delivered => "👌",
        Mark::Refused => "👎",
        Mark::Unknown => "🤔",
    }
}

/// Reacts to a message.
pub(crate) async fn react(
    errand: &Errand<'_>,
    message: Option<&MessageId>,
    key: &str,
) -> Result<Outcome, Undone> {
    let number = message.and_then(number_of).ok_or_else(|| not_possible("the message is not known here"))?;
    let emoji = taken(key).ok_or_else(|| not_possible("Telegram does not have this reaction"))?;
    match show(errand, number, Some(emoji)).await {
        Ok(()) => {
            let id = MessageId::new(format!("r:{number}:bot:{emoji}"));
            Ok(Outcome::Delivered { parts: vec![id], topic: None })
        }
        Err(failure) if is_gone(&failure) => Err(not_possible("the message is not there any more")),
        Err(failure) if failure.is_no_reaction() => {
            Err(not_possible("this chat does not take such a reaction"))
        }
        Err(failure) => Err(failure.into()),
    }
}

/// The message that a reaction of ours is on.
pub(crate) fn reacted(reaction: &MessageId) -> Option<i64> {
    let (message, who) = reaction.as_str().strip_prefix("r:")?.split_once(':')?;
    who.starts_with("bot:").then(|| message.parse().ok()).flatten()
}

/// Takes a reaction of ours back.
pub(crate) async fn take_back(errand: &Errand<'_>, number: i64) -> Result<(), Undone> {
    match show(errand, number, None).await {
        Ok(()) => Ok(()),
        Err(failure) if is_gone(&failure) || failure.is_no_reaction() => Ok(()),
        Err(failure) => Err(failure.into()),
    }
}

async fn show(errand: &Errand<'_>, number: i64, emoji: Option<&str>) -> Result<(), Failure> {
    let reaction: Vec<_> = emoji.iter().map(|emoji| json!({ "type": "emoji", "emoji": emoji })).collect();
    let params = json!({ "chat_id": errand.chat, "message_id": number, "reaction": reaction });
    match errand.call("setMessageReaction", &params).await {
        Err(failure) if !failure.is_unchanged() => Err(failure),
        Ok(_) | Err(_) => Ok(()),
    }
}

fn is_gone(failure: &Failure) -> bool {
    failure.is_message_gone() || failure.says(&["message not found"])
}

/// The reaction that Telegram takes for an emoji: itself, in whatever colour, or the nearest.
fn taken(emoji: &str) -> Option<&'static str> {
    // how an emoji is to be drawn, and the colours of skin
    let bare: String =
        emoji.chars().filter(|c| !matches!(c, '\u{FE0E}' | '\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}')).collect();
    let itself = TAKEN.into_iter().find(|taken| *taken == bare);
    let is_one = |c: &str| !bare.is_empty() && bare.chars().count() == 1 && c.contains(&bare);
    itself.or_else(|| NEAREST.into_iter().find(|(_, others)| is_one(others)).map(|(taken, _)| taken))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emoji_becomes_one_that_telegram_takes() {
        for (emoji, wanted) in [
            ("👍", Some("👍")),
            ("👍🏽", Some("👍")),
            ("❤️", Some("❤")),
            ("❤️‍🔥", Some("❤\u{200D}🔥")),
            ("🤷🏽‍♀️", Some("🤷\u{200D}♀")),
            ("💚", Some("❤")),
            ("😂", Some("🤣")),
            ("✅", Some("👌")),
            ("🦖", None),
            ("party_parrot", None),
            ("", None),
        ] {
            assert_eq!(taken(emoji), wanted, "{emoji}");
        }
    }

    #[test]
    fn every_mark_and_every_stand_in_is_taken() {
        for mark in [Mark::Pending, Mark::Delivered, Mark::Refused, Mark::Unknown] {
            assert!(TAKEN.contains(&sign(mark)));
        }
        assert!(NEAREST.iter().all(|(taken, _)| TAKEN.contains(taken)));
    }

    #[test]
    fn only_reactions_of_the_bots_own_are_taken_back() {
        assert_eq!(reacted(&MessageId::new("r:17:bot:👍")), Some(17));
        for other in ["17", "r:17:4711:👍", "r:x:bot:👍", "r:17"] {
            assert_eq!(reacted(&MessageId::new(other)), None, "{other}");
        }
    }
}
