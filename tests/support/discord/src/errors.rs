//! Refusals with Discord's numbers and words.

use serde_json::{Value, json};

/// A request that was not carried out.
#[derive(Debug, Clone)]
pub(crate) struct Refused {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

/// What a request comes back with.
pub(crate) type Result<T> = std::result::Result<T, Refused>;

/// The refusal that Discord's number stands for.
pub(crate) fn refused(code: u64) -> Refused {
    let (status, message) = match code {
        10003 => (404, "Unknown Channel"),
        10004 => (404, "Unknown Guild"),
        10007 => (404, "Unknown Member"),
        10008 => (404, "Unknown Message"),
        10013 => (404, "Unknown User"),
        10014 => (400, "Unknown Emoji"),
        10015 => (404, "Unknown Webhook"),
        10062 => (404, "Unknown interaction"),
        20026 => (403, "Your bot has been flagged by our anti-spam system for abusive behavior."),
        30007 => (400, "Maximum number of webhooks reached (15)"),
        30010 => (400, "Maximum number of reactions reached (20)"),
        30046 => (429, "Maximum number of edits to messages older than 1 hour reached. Try again later."),
        40003 => (429, "You are opening direct messages too fast"),
        40005 => (413, "Request entity too large"),
        40060 => (400, "Interaction has already been acknowledged."),
        40067 => (400, "A tag is required to create a forum post in this channel"),
        50001 => (403, "Missing Access"),
        50003 => (403, "Cannot execute action on a DM channel"),
        50005 => (403, "Cannot edit a message authored by another user"),
        50006 => (400, "Cannot send an empty message"),
        50007 => (403, "Cannot send messages to this user"),
        50008 => (400, "Cannot send messages in a non-text channel"),
        50013 => (403, "Missing Permissions"),
        50021 => (403, "Cannot execute action on a system message"),
        50024 => (400, "Cannot execute action on this channel type"),
        50027 => (401, "Invalid Webhook Token"),
        50083 => (400, "Thread is archived"),
        50109 => (400, "The request body contains invalid JSON."),
        50278 => (403, "Cannot send messages to this user due to having no mutual guilds"),
        160_004 => (400, "A thread has already been created for this message"),
        160_005 => (400, "Thread is locked"),
        160_006 => (400, "Maximum number of active threads reached"),
        200_000 => (400, "Message was blocked by automatic moderation"),
        220_001 => (400, "Webhooks posted to forum channels must have a thread_name or thread_id"),
        220_002 => (400, "Webhooks posted to forum channels cannot have both a thread_name and thread_id"),
        220_003 => (400, "Webhooks can only create threads in forum channels"),
        240_000 => (400, "Message blocked by harmful links filter"),
        _ => (400, "Bad Request"),
    };
    Refused { status, body: json!({ "message": message, "code": code }) }
}

/// A path or a method that does not exist, or a token that is not taken.
pub(crate) fn bare(status: u16) -> Refused {
    let message = match status {
        401 => "401: Unauthorized",
        405 => "405: Method Not Allowed",
        500 => "500: Internal Server Error",
        502 => "502: Bad Gateway",
        _ => "404: Not Found",
    };
    Refused { status, body: json!({ "message": message, "code": 0 }) }
}

/// Field `path` (with dots) is not as it has to be.
pub(crate) fn invalid(path: &str, code: &str, message: &str) -> Refused {
    let mut tree = json!({ "_errors": [{ "code": code, "message": message }] });
    for name in path.rsplit('.') {
        tree = json!({ name: tree });
    }
    Refused { status: 400, body: json!({ "message": "Invalid Form Body", "code": 50035, "errors": tree }) }
}

/// Field `path` is longer or shorter than it may be.
pub(crate) fn bad_length(path: &str, text: &str, min: usize, max: usize) -> Result<()> {
    let count = text.chars().count();
    if count > max {
        let message = format!("Must be {max} or fewer in length.");
        return Err(invalid(path, "BASE_TYPE_BAD_LENGTH", &message));
    }
    if count < min {
        let message = format!("Must be between {min} and {max} in length.");
        return Err(invalid(path, "BASE_TYPE_BAD_LENGTH", &message));
    }
    Ok(())
}
