//! Who is writing. A room tells it of a person, not of a thread: hints come from customers' rooms and go to them.

use crate::answer::Answer;
use crate::places::Role;
use crate::session::Link;
use crate::{Shared, wire};
use matrix_sdk::ruma::OwnedRoomId;
use port::{AccountId, ChatId, Intake};
use serde_json::Value;

/// Somebody writes in a room.
pub(crate) struct Writing {
    room: OwnedRoomId,
    account: String,
}

/// Who writes, by the short-lived events of a room.
pub(crate) fn of_room<'e>(
    room: &'e OwnedRoomId,
    events: &'e [Value],
) -> impl Iterator<Item = Writing> + use<'e> {
    let typing = events.iter().filter(|event| event.get("type").is_some_and(|kind| kind == "m.typing"));
    let accounts = typing.filter_map(|event| event.pointer("/content/user_ids")?.as_array()).flatten();
    accounts.filter_map(|account| Some(Writing { room: room.clone(), account: account.as_str()?.to_owned() }))
}

/// Hands over who writes in customers' rooms.
pub(crate) fn tell(shared: &Shared, link: &Link, answer: &Answer, intake: &Intake) {
    for writing in answer.writing.iter().filter(|writing| writing.account != link.own.as_str()) {
        if matches!(shared.places.role(writing.room.as_str()), Role::Customer) {
            let account = AccountId::new(writing.account.as_str());
            intake.typing(ChatId::new(writing.room.as_str()), None, account);
        }
    }
}

/// Shows in a room that somebody writes. What cannot be shown is left out.
pub(crate) async fn show(shared: &Shared, chat: &ChatId) {
    let Ok(link) = shared.link().await else { return };
    let Ok(room) = wire::room_id(&shared.places.today(chat)) else { return };
    if let Some(room) = link.client.get_room(&room) {
        let _shown = room.typing_notice(true).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn everybody_who_writes_is_named_and_nothing_else() {
        let room = OwnedRoomId::try_from("!dm:example.org").unwrap();
        let events = [
            json!({ "type": "m.receipt", "content": { "user_ids": ["@eve:example.org"] } }),
            json!({ "type": "m.typing", "content": { "user_ids": ["@mia:example.org", 7, "@noa:example.org"] } }),
            json!({ "type": "m.typing", "content": {} }),
        ];
        let accounts: Vec<String> = of_room(&room, &events).map(|writing| writing.account).collect();
        assert_eq!(accounts, ["@mia:example.org", "@noa:example.org"]);
    }
}
