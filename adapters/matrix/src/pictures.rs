//! Pictures of agents: uploaded when they are first shown, once for ever, and named in the profiles of messages.
//! They are decoration: what cannot be uploaded is left out, and the message goes without.

use crate::Shared;
use crate::session::Link;
use port::Avatar;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The profile that a message brings along (MSC4144).
pub(crate) const PROFILE: &str = "com.beeper.per_message_profile";

/// Where pictures are on the homeserver, by their rows on the shelf. Nothing for one that it did not take; it is asked
/// again after a restart.
#[derive(Default)]
pub(crate) struct Pictures(Mutex<BTreeMap<String, Option<String>>>);

impl Pictures {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Option<String>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Names the picture in the profile of a message, and in that of its new version.
pub(crate) async fn show(shared: &Shared, link: &Link, content: &Value) -> Option<Value> {
    let at = [format!("/{PROFILE}"), format!("/m.new_content/{PROFILE}")];
    let profile = at.iter().find_map(|at| content.pointer(at))?;
    let id = profile.get("id")?.as_str()?;
    let avatar = shared.config.avatars.get(id)?;
    let address = address(shared, link, id, avatar).await?;
    let mut content = content.clone();
    for at in at {
        if let Some(Value::Object(profile)) = content.pointer_mut(&at) {
            profile.insert("avatar_url".to_owned(), json!(address));
        }
    }
    Some(content)
}

async fn address(shared: &Shared, link: &Link, id: &str, avatar: &Avatar) -> Option<String> {
    let row = row(id, avatar);
    if let Some(known) = shared.pictures.lock().get(&row) {
        return known.clone();
    }
    let kept = shared.shelf.get(&row).await.ok().flatten();
    let address = match kept.as_ref().and_then(Value::as_str) {
        Some(address) => Some(address.to_owned()),
        None => upload(shared, link, &row, avatar).await,
    };
    shared.pictures.lock().insert(row, address.clone());
    address
}

async fn upload(shared: &Shared, link: &Link, row: &str, avatar: &Avatar) -> Option<String> {
    let mime = avatar.mime.parse().ok()?;
    let Ok(answer) = link.client.media().upload(&mime, avatar.bytes.to_vec(), None).await else {
        tracing::warn!(channel = %shared.config.channel, "the homeserver did not take an agent's picture");
        return None;
    };
    let address = answer.content_uri.to_string();
    // lost, it is uploaded once more
    let _kept = shared.shelf.put(vec![(row.to_owned(), json!(address))], Vec::new()).await;
    Some(address)
}

/// Another picture of the same person has another row (FNV-1a; nothing is believed because of it).
fn row(id: &str, avatar: &Avatar) -> String {
    let hash = avatar.bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("picture/{id}/{}-{hash:016x}", avatar.bytes.len())
}
