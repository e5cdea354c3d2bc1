//! From one message to what it says: a text with its looks, files. Pure; it must not know who said it, or where.

use super::{blocks, figures, files, text};
use port::Content;
use port::rich::Rich;
use serde_json::Value;

/// What one message says.
pub(super) enum Said {
    /// Something that is carried.
    Content(Content),
    /// Something else: what it is called, and the text that came with it.
    Other { what: String, text: Option<String> },
    /// Nothing that anybody has to read.
    Nothing,
}

/// Fields that are a file. What Telegram sends along for older programs comes after what it stands for.
const FILES: [&str; 9] =
    ["animation", "audio", "document", "live_photo", "video", "photo", "sticker", "video_note", "voice"];
/// Fields that are shown as text.
const FIGURES: [&str; 7] = ["game", "venue", "location", "contact", "poll", "checklist", "dice"];
/// Fields that tell what happened to a chat, not what somebody said.
const HOUSEKEEPING: [&str; 39] = [
    "new_chat_members",
    "left_chat_member",
    "chat_owner_left",
    "chat_owner_changed",
    "new_chat_title",
    "new_chat_photo",
    "delete_chat_photo",
    "group_chat_created",
    "supergroup_chat_created",
    "channel_chat_created",
    "message_auto_delete_timer_changed",
    "migrate_from_chat_id",
    "pinned_message",
    "connected_website",
    "write_access_allowed",
    "proximity_alert_triggered",
    "boost_added",
    "chat_background_set",
    "direct_message_price_changed",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "forum_topic_reopened",
    "general_forum_topic_hidden",
    "general_forum_topic_unhidden",
    "giveaway_created",
    "managed_bot_created",
    "paid_message_price_changed",
    "poll_option_added",
    "poll_option_deleted",
    "suggested_post_approved",
    "suggested_post_approval_failed",
    "suggested_post_declined",
    "suggested_post_paid",
    "suggested_post_refunded",
    "video_chat_scheduled",
    "video_chat_started",
    "video_chat_ended",
    "video_chat_participants_invited",
];
/// Fields that say something about a message, not what it is.
const ENVELOPE: [&str; 42] = [
    "message_id",
    "message_thread_id",
    "direct_messages_topic",
    "from",
    "sender_chat",
    "sender_boost_count",
    "sender_business_bot",
    "sender_tag",
    "date",
    "guest_query_id",
    "business_connection_id",
    "chat",
    "forward_origin",
    "is_topic_message",
    "is_automatic_forward",
    "reply_to_message",
    "external_reply",
    "quote",
    "reply_to_story",
    "reply_to_checklist_task_id",
    "reply_to_poll_option_id",
    "via_bot",
    "guest_bot_caller_user",
    "guest_bot_caller_chat",
    "edit_date",
    "has_protected_content",
    "is_from_offline",
    "is_paid_post",
    "media_group_id",
    "author_signature",
    "paid_star_count",
    "entities",
    "link_preview_options",
    "suggested_post_info",
    "effect_id",
    "caption",
    "caption_entities",
    "show_caption_above_media",
    "has_media_spoiler",
    "reply_markup",
    "text",
    "forward_date",
];

/// What a message says.
pub(super) fn said(message: &Value) -> Said {
    if let Some(words) = text::field(message, "text", "entities") {
        return Said::Content(words.into());
    }
    if let Some(content) = message.get("rich_message").and_then(blocks::content) {
        return Said::Content(content);
    }
    let caption = text::field(message, "caption", "caption_entities").unwrap_or_default();
    if let Some(content) = media(message, &caption) {
        return Said::Content(content);
    }
    if let Some(figure) = FIGURES.iter().find_map(|field| figures::figure(field, message.get(*field)?)) {
        return Said::Content(figure.into());
    }
    if HOUSEKEEPING.iter().any(|field| message.get(*field).is_some()) {
        return Said::Nothing;
    }
    other(message, caption)
}

/// The files of a message with its caption.
fn media(message: &Value, caption: &Rich) -> Option<Content> {
    let file = |field: &str, of: &Value| -> Vec<port::File> {
        // the picture of a live photo is the picture, its moment goes along
        let still = (field == "live_photo")
            .then(|| files::file("photo", of.get("photo").or_else(|| message.get("photo"))?));
        still.flatten().into_iter().chain(files::file(field, of)).collect()
    };
    let found = FILES
        .iter()
        .find_map(|field| Some(file(field, message.get(*field)?)).filter(|files| !files.is_empty()));
    let files = found.or_else(|| {
        let paid = message.pointer("/paid_media/paid_media")?.as_array()?.iter();
        let paid = paid.map(|media| {
            let field = text(media, "type")?;
            Some(file(field, media.get(field)?)).filter(|files| !files.is_empty())
        });
        // all of it or nothing: a preview cannot be opened
        Some(paid.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect())
            .filter(|files: &Vec<_>| !files.is_empty())
    })?;
    Some(Content { text: caption.clone(), files })
}

/// Something that is not carried: its name, and what can be read of it.
fn other(message: &Value, caption: Rich) -> Said {
    let fields = message.as_object().into_iter().flatten();
    let found = fields.into_iter().find(|(field, _)| !ENVELOPE.contains(&field.as_str()));
    let (what, of) = found.map_or(("message", &Value::Null), |(field, of)| (field.as_str(), of));
    let words = ["title", "text", "prize_description", "data"];
    let words = words.iter().find_map(|field| text(of, field)).map(str::to_owned);
    let text = Some(caption.into_text()).filter(|caption| !caption.is_empty()).or(words);
    Said::Other { what: what.to_owned(), text }
}
