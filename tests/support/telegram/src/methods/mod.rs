//! What each method does. An answer has the words of the real server wherever they are known.

mod chats;
mod editing;
mod media;
mod polling;
mod reactions;
mod sending;
mod topics;

use crate::answers::{Answer, Refused};
use crate::fake::Inner;
use crate::params::Params;
use crate::world::World;
use serde_json::Value;

/// Carries out a method, named in lower case.
pub(crate) async fn call(inner: &Inner, method: &str, params: Params) -> Answer {
    if method == "getupdates" {
        return polling::get_updates(inner, &params).await;
    }
    inner.change(|world| at_once(world, method, &params))
}

fn at_once(world: &mut World, method: &str, params: &Params) -> Answer {
    match method {
        "getme" => Ok(chats::get_me(world)),
        "getchat" => chats::get_chat(world, params),
        "getchatmember" => chats::get_chat_member(world, params),
        "getchatadministrators" => chats::get_chat_administrators(world, params),
        "getchatmembercount" => chats::get_chat_member_count(world, params),
        "leavechat" => chats::leave_chat(world, params),
        "setmycommands" => chats::set_my_commands(world, params),
        "getmycommands" => chats::get_my_commands(world, params),
        "deletemycommands" => chats::delete_my_commands(world, params),
        "sendchataction" => chats::send_chat_action(world, params),
        "setwebhook" => polling::set_webhook(world, params),
        "deletewebhook" => Ok(polling::delete_webhook(world, params)),
        "getwebhookinfo" => Ok(polling::webhook_info(world)),
        "sendmessage" => sending::message(world, params),
        "copymessage" => sending::copy(world, params),
        "forwardmessage" => sending::forward(world, params),
        "sendphoto" | "sendvideo" | "sendanimation" | "sendaudio" | "senddocument" | "sendvoice"
        | "sendsticker" | "sendvideonote" => media::one(world, method, params),
        "sendmediagroup" => media::album(world, params),
        "getfile" => media::get_file(world, params),
        "editmessagetext" => editing::text(world, params),
        "editmessagecaption" => editing::caption(world, params),
        "deletemessage" => editing::delete(world, params),
        "deletemessages" => editing::delete_many(world, params),
        "pinchatmessage" => editing::pin(world, params),
        "unpinchatmessage" => editing::unpin(world, params),
        "setmessagereaction" => reactions::set(world, params),
        "createforumtopic" => topics::create(world, params),
        "editforumtopic" => topics::edit(world, params),
        "closeforumtopic" => topics::close(world, params, true),
        "reopenforumtopic" => topics::close(world, params, false),
        "deleteforumtopic" => topics::delete(world, params),
        "unpinallforumtopicmessages" => topics::unpin_all(world, params),
        "getforumtopiciconstickers" => Ok(topics::icons()),
        _ => Err(Refused::new(404, "Not Found: method not found")),
    }
}

/// The chat that a request names.
fn chat_id(params: &Params, name: &str) -> Result<i64, Refused> {
    match params.values.get(name) {
        None | Some(Value::Null) => Err(Refused::bad(&format!("{name} is empty"))),
        Some(Value::String(text)) if text.is_empty() => Err(Refused::bad(&format!("{name} is empty"))),
        Some(_) => params.int(name).ok_or_else(|| Refused::bad("chat not found")),
    }
}

/// A number that a request must have.
fn needed(params: &Params, name: &str) -> Result<i64, Refused> {
    params.int(name).ok_or_else(|| Refused::bad(&format!("{} is not specified", name.replace('_', " "))))
}

/// Refuses what the bot has no right to do in a group.
fn allowed(world: &mut World, chat: i64, right: &str, words: &str) -> Result<(), Refused> {
    let chat = world.open_chat(chat)?;
    let well = chat.is_private || chat.bot.status == "administrator" && chat.bot.rights.contains(right);
    if well { Ok(()) } else { Err(Refused::bad(words)) }
}
