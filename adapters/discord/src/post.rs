//! One message on its way, by the bot or by a webhook. What surely refused it and can be mended is mended here.

use crate::client::{Failure, Route, WAIT};
use crate::compose::Post;
use crate::errors::{THREADS_FULL, Undone};
use crate::send::{Errand, Way, fingerprint};
use crate::{api, hooks, render, topics, upload};
use port::{Attachment, Media, Outcome, Voice};
use reqwest::Method;
use serde_json::{Value, json};

/// The longest nonce.
const NONCE_MAX: usize = 25;
/// What is made of a name that Discord refuses, one after the other: not all of its rules are written down.
const SAFER: [fn(&str) -> String; 2] = [render::plain_username, render::spelled_username];

impl Errand<'_> {
    /// Makes one message; its id.
    pub(crate) async fn post(
        &self,
        way: &Way,
        voice: &Voice,
        post: &Post<'_>,
        number: usize,
        reply_to: Option<&str>,
        media: &dyn Media,
    ) -> Result<String, Undone> {
        let (mut way, mut body) = (way.clone(), post.said.clone());
        let (mut reopened, mut remade, mut renamed) = (false, false, 0);
        if let Way::Bot = way {
            body["nonce"] = json!(nonce(self.op.id.as_str(), number));
            body["enforce_nonce"] = json!(true);
            if let Some(message) = reply_to.filter(|_| number == 0) {
                body["message_reference"] = json!({ "message_id": message, "fail_if_not_exists": false });
                body["allowed_mentions"]["replied_user"] = json!(false);
            }
        }
        loop {
            let failure = match self.post_once(&way, &body, &post.files, media).await {
                Ok(id) => return Ok(id),
                Err(Undone::Failed(failure)) => failure,
                Err(told @ Undone::Told(_)) => return Err(told),
            };
            match &mut way {
                // what is posted in an archived thread wakes it, if there is room
                Way::Bot | Way::Hook { .. }
                    if (failure.is_shut() || failure.code() == THREADS_FULL) && !reopened =>
                {
                    reopened = true;
                    topics::reopen(self, failure.code()).await?;
                }
                Way::Hook { hook, of, .. } if failure.is_hook_gone() && !remade => {
                    remade = true;
                    hooks::forget(self.shared, of, hook).await?;
                    way = self.way(voice).await?;
                    if let Way::Bot = way {
                        // begun again, with the name before the text
                        let reason = "the webhook is gone and none may be made".to_owned();
                        return Err(Undone::Told(Outcome::Later {
                            after: None,
                            whole_channel: false,
                            reason,
                        }));
                    }
                }
                Way::Hook { avatar, .. }
                    if avatar.is_some() && (failure.names("avatar_url") || failure.names("avatar")) =>
                {
                    *avatar = None;
                }
                Way::Hook { username, .. } if failure.names("username") && renamed < SAFER.len() => {
                    if let Some(safer) = SAFER.get(renamed) {
                        *username = safer(username);
                    }
                    renamed += 1;
                }
                Way::Bot | Way::Hook { .. } => return Err(failure.into()),
            }
        }
    }

    async fn post_once(
        &self,
        way: &Way,
        body: &Value,
        files: &[&Attachment],
        media: &dyn Media,
    ) -> Result<String, Undone> {
        let (path, body) = match way {
            Way::Bot => (format!("/channels/{}/messages", self.channel), body.clone()),
            Way::Hook { hook, of, username, avatar } => {
                let mut body = body.clone();
                body["username"] = json!(username);
                if let Some(avatar) = avatar {
                    body["avatar_url"] = json!(avatar);
                }
                let thread =
                    if *of == self.channel { String::new() } else { format!("&thread_id={}", self.channel) };
                (format!("/webhooks/{}/{}?wait=true{thread}", hook.id, hook.token.reveal()), body)
            }
        };
        let own_token = matches!(way, Way::Hook { .. });
        let route = Route { method: &Method::POST, path: &path, own_token };
        let answer = if files.is_empty() {
            self.shared.client.call(route, &body, WAIT).await?
        } else {
            upload::upload(self, route, body, files, media).await?
        };
        let id = api::id(&answer, "id").ok_or(Failure::Lost("the answer names no message"))?;
        self.made(&id);
        Ok(id)
    }
}

/// The key by which Discord recognises a part's repeat: the operation's own id for the first one.
fn nonce(op: &str, number: usize) -> String {
    let nonce = if number == 0 { op.to_owned() } else { format!("{op}-{number}") };
    if nonce.len() <= NONCE_MAX { nonce } else { format!("n{:016x}", fingerprint(nonce.as_bytes())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_the_operations_id_and_differs_for_every_part() {
        assert_eq!(nonce("op-1", 0), "op-1");
        assert_eq!(nonce("op-1", 2), "op-1-2");
        let long = "x".repeat(NONCE_MAX);
        assert_eq!(nonce(&long, 0), long);
        assert!(nonce(&long, 1).len() <= NONCE_MAX);
        assert_ne!(nonce(&long, 1), nonce(&long, 2));
    }
}
