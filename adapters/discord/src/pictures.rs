//! Pictures of agents. Discord shows a picture by its address, and keeps attachments at addresses that it renews by itself
//! ("Signed Attachment CDN URLs" in its reference): each is posted once in the team's own place, and named by its
//! address without the part that expires. They are decoration: what cannot be posted is left out.

use crate::client::{Route, WAIT};
use crate::few::Few;
use crate::send::fingerprint;
use crate::{Shared, api, channels, general};
use port::Avatar;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

/// Where pictures are, by their rows on the shelf. Nothing for one that could not be posted; it is tried again when
/// somebody changed what the bot may do, and after a restart.
pub(crate) type Pictures = Few<Option<String>>;

/// The address of a persona's picture.
pub(crate) async fn address(shared: &Shared, persona: &str) -> Option<String> {
    let avatar = shared.config.avatars.get(persona)?;
    let row = format!("picture/{persona}/{}-{:016x}", avatar.bytes.len(), fingerprint(&avatar.bytes));
    if let Some(known) = shared.outgoing.pictures.get(&row) {
        return known;
    }
    let kept = shared.shelf.get(&row).await.ok().flatten();
    let address = match kept.as_ref().and_then(Value::as_str) {
        Some(address) => Some(address.to_owned()),
        None => upload(shared, &row, avatar).await,
    };
    shared.outgoing.pictures.put(&row, address.clone());
    address
}

async fn upload(shared: &Shared, row: &str, avatar: &Avatar) -> Option<String> {
    let address = posted(shared, avatar).await;
    if address.is_none() {
        tracing::warn!(channel = %shared.config.channel, "an agent's picture could not be posted in the team's place");
    }
    let address = address?;
    // lost, it is posted once more
    let _kept = shared.shelf.put(vec![(row.to_owned(), json!(address))], Vec::new()).await;
    Some(address)
}

async fn posted(shared: &Shared, avatar: &Avatar) -> Option<String> {
    let room = shared.config.team_rooms.first()?.as_str();
    let facts = channels::facts(shared, room).await.ok()?;
    let place = if facts.is_forum() { general::place(shared, room).await.ok()? } else { room.to_owned() };
    let name = format!("picture.{}", avatar.mime.split('/').next_back().unwrap_or("png"));
    let said = json!({
        "attachments": [{ "id": "0", "filename": name }],
        "allowed_mentions": { "parse": [] },
    });
    let said = Part::text(said.to_string()).mime_str("application/json").ok()?;
    let picture = Part::bytes(avatar.bytes.to_vec()).file_name(name).mime_str(avatar.mime).ok()?;
    let form = Form::new().part("payload_json", said).part("files[0]", picture);
    let path = format!("/channels/{place}/messages");
    let route = Route { method: &Method::POST, path: &path, own_token: false };
    let answer = shared.client.upload(route, form, WAIT).await.ok()?;
    let address = api::text(answer.pointer("/attachments/0")?, "url")?;
    address.split('?').next().map(str::to_owned)
}
