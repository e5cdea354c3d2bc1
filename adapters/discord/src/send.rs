//! The way out: one operation becomes one or several messages, whose ids come back.
//!
//! What the bot itself posts has a nonce made of the operation's id, so that a repeat is recognised. A webhook's post has
//! none: before a repeat it is looked for. The only repeats made here are of requests that Discord surely refused, after
//! what stood in the way was mended: an archived thread, a lost webhook, a picture that cannot be had.

use crate::channels::{self, Facts};
use crate::client::{Failure, Route, WAIT};
use crate::errors::{self, Spot, Undone, not_possible};
use crate::hooks::{self, Hook};
use crate::look::{self, Seen};
use crate::render::{self, Shown};
use crate::tries::Try;
use crate::{Shared, api, clock, edit, marks, pictures, topics, tries, upload};
use port::adapter::FILES_TIME_MAX;
use port::rich::Rich;
use port::{Attachment, Media, Mention, MessageId, Op, Operation, Outcome, Refusal, RefusalScope, Voice};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

/// A little less than the minute that an operation has.
const DELIVERY_MAX: Duration = Duration::from_secs(55);
/// A little less than an operation with files has.
const FILES_DELIVERY_MAX: Duration = FILES_TIME_MAX.saturating_sub(Duration::from_secs(30));
/// The longest nonce.
const NONCE_MAX: usize = 25;
/// The most files of one message.
const FILES_MAX: usize = 10;
/// What all files of one message may have together; one file alone may be as large as the place takes.
const REQUEST_MAX: u64 = 24 << 20;

/// One operation on its way to one place.
pub(crate) struct Errand<'o> {
    pub(crate) shared: &'o Shared,
    pub(crate) op: &'o Op,
    /// Where its messages are: the topic, the chat, or the general post of a forum.
    pub(crate) channel: String,
    /// What never changes about its chat.
    pub(crate) facts: Facts,
    pub(crate) spot: Spot,
}

/// Who posts.
#[derive(Debug, Clone)]
pub(crate) enum Way {
    /// The bot, under its own name.
    Bot,
    /// A webhook, under anybody's.
    Hook {
        hook: Hook,
        /// The channel that the webhook belongs to.
        of: String,
        username: String,
        avatar: Option<String>,
    },
}

/// One message to be made.
#[derive(Debug)]
pub(crate) struct Post<'o> {
    /// Text and who is called.
    pub(crate) said: Value,
    pub(crate) files: Vec<&'o Attachment>,
}

/// Carries out one operation, once.
pub(crate) async fn deliver(shared: &Shared, op: &Op, media: &dyn Media) -> Outcome {
    let lost = || Outcome::Unknown { reason: "Discord did not answer in time".to_owned() };
    let has_files = matches!(&op.operation, Operation::Create { files, .. } if !files.is_empty());
    let most = if has_files { FILES_DELIVERY_MAX } else { DELIVERY_MAX };
    tokio::time::timeout(most, attempt(shared, op, media)).await.unwrap_or_else(|_| lost())
}

async fn attempt(shared: &Shared, op: &Op, media: &dyn Media) -> Outcome {
    let errand = match Errand::new(shared, op).await {
        Ok(errand) => errand,
        Err(undone) => {
            let is_team = shared.places.is_team(&op.chat);
            return told(shared, undone, if is_team { Spot::Room } else { Spot::Customer });
        }
    };
    match errand.run(media).await {
        Ok(outcome) => outcome,
        Err(undone) if undone.code() == errors::UNKNOWN_CHANNEL && errand.is_general() => {
            topics::forget_general(shared, op.chat.as_str()).await;
            let reason = "the forum's general post is gone".to_owned();
            Outcome::Later { after: Some(topics::AGAIN), whole_channel: false, reason }
        }
        Err(undone) => told(shared, undone, errand.spot),
    }
}

/// What the outbox is told.
pub(crate) fn told(shared: &Shared, undone: Undone, spot: Spot) -> Outcome {
    match undone {
        Undone::Told(outcome) => outcome,
        Undone::Failed(failure) => {
            if failure.is_bad_token() {
                shared.health.bad_credentials(
                    "Discord does not take the bot's token; reset it under Bot in the Developer Portal",
                );
            }
            errors::outcome(&failure, spot)
        }
    }
}

impl<'o> Errand<'o> {
    /// Finds out where an operation belongs.
    pub(crate) async fn new(shared: &'o Shared, op: &'o Op) -> Result<Self, Undone> {
        if !render::is_id(op.chat.as_str()) {
            let refusal = Refusal::new(RefusalScope::Chat, "the chat is no channel of Discord's");
            return Err(Undone::Told(Outcome::Refused(refusal)));
        }
        let facts = channels::facts(shared, op.chat.as_str()).await?;
        let spot = match &op.topic {
            Some(_) => Spot::Topic,
            None if shared.places.is_team(&op.chat) => Spot::Room,
            None => Spot::Customer,
        };
        let opens = matches!(op.operation, Operation::OpenTopic { .. });
        let channel = match &op.topic {
            Some(topic) if !render::is_id(topic.as_str()) => {
                return Err(Undone::Told(Outcome::Heal(port::Heal::TopicGone)));
            }
            Some(topic) => topic.as_str().to_owned(),
            None if facts.is_forum() && !opens => topics::general(shared, op.chat.as_str()).await?,
            None => op.chat.as_str().to_owned(),
        };
        Ok(Self { shared, op, channel, facts, spot })
    }

    /// Whether it goes to the post for what belongs to no topic.
    fn is_general(&self) -> bool {
        self.op.topic.is_none() && self.channel != self.op.chat.as_str()
    }

    async fn run(&self, media: &dyn Media) -> Result<Outcome, Undone> {
        match &self.op.operation {
            Operation::Create { voice, body, files, reply_to, mentions } => {
                let reply_to = reply_to.as_ref().map(MessageId::as_str).filter(|id| render::is_id(id));
                Box::pin(self.create(voice, &body.rich(), files, (reply_to, mentions), media)).await
            }
            Operation::Edit { parts, voice, body } => {
                Box::pin(edit::edit(self, parts, voice, &body.rich())).await
            }
            Operation::Delete { parts } => Box::pin(edit::delete(self, parts)).await,
            Operation::React { message, key } => {
                Box::pin(marks::react(self, message.as_ref(), key.shown())).await
            }
            Operation::OpenTopic { title, state, card } => {
                Box::pin(topics::open(self, title.shown(), *state, card.shown())).await
            }
            Operation::SetTopic { title, state, card } => {
                Box::pin(topics::set(self, title.shown(), *state, card.shown())).await
            }
            Operation::Mark { message, mark } => Box::pin(marks::set(self, message, *mark)).await,
            _ => Err(not_possible("this version of the Discord adapter does not know the operation")),
        }
    }

    async fn create(
        &self,
        voice: &Voice,
        body: &Rich,
        files: &[Attachment],
        (reply_to, mentions): (Option<&str>, &[Mention]),
        media: &dyn Media,
    ) -> Result<Outcome, Undone> {
        let mut tried = tries::begin(self.shared, &self.op.id, &self.channel).await?;
        if tried.is_done() {
            return Ok(Outcome::Delivered { parts: tried.ids(), topic: None });
        }
        let way = self.way(voice).await?;
        let posts = self.posts(&way, voice, body, files, (reply_to, mentions));
        self.make(&mut tried, &way, voice, &posts, reply_to, media).await?;
        Ok(Outcome::Delivered { parts: tried.ids(), topic: None })
    }

    /// Makes those of some messages that are not surely there already.
    pub(crate) async fn make(
        &self,
        tried: &mut Try,
        way: &Way,
        voice: &Voice,
        posts: &[Post<'_>],
        reply_to: Option<&str>,
        media: &dyn Media,
    ) -> Result<(), Undone> {
        let first = tried.parts().len();
        for (number, post) in posts.iter().enumerate().skip(first) {
            let may_be_there = tried.again && number == first && matches!(way, Way::Hook { .. });
            let seen = if may_be_there { look::there(self, way, post, tried).await? } else { Seen::Not };
            let id = match seen {
                Seen::There(id) => id,
                Seen::Not => self.post(way, voice, post, number, reply_to, media).await?,
                Seen::Unclear => {
                    let reason = "too much was said since to tell whether it is there".to_owned();
                    return Err(Undone::Told(Outcome::Unknown { reason }));
                }
            };
            tried.said(self.shared, &id, number + 1 == posts.len()).await?;
        }
        Ok(())
    }

    /// Who posts for a voice here.
    pub(crate) async fn way(&self, voice: &Voice) -> Result<Way, Undone> {
        let (Voice::Persona(persona), Some(of)) = (voice, self.facts.hook_channel(self.op.chat.as_str()))
        else {
            return Ok(Way::Bot);
        };
        let Some(hook) = hooks::hook(self.shared, of).await? else { return Ok(Way::Bot) };
        let avatar = match self.spot {
            Spot::Customer => pictures::address(self.shared, &persona.id).await,
            // only agents have pictures here
            Spot::Topic | Spot::Room => None,
        };
        let username = render::username(persona.name.shown());
        Ok(Way::Hook { hook, of: of.to_owned(), username, avatar })
    }

    /// The messages that an operation makes: texts one after the other, files beneath the last of them.
    pub(crate) fn posts<'p>(
        &self,
        way: &Way,
        voice: &Voice,
        body: &Rich,
        files: &'p [Attachment],
        (reply_to, mentions): (Option<&str>, &[Mention]),
    ) -> Vec<Post<'p>> {
        let shown = self.shown(way, voice);
        let before = match (way, &self.facts.guild, reply_to) {
            // webhooks cannot answer
            (Way::Hook { .. }, Some(guild), Some(message)) => {
                render::answer_line(guild, &self.channel, message)
            }
            (Way::Hook { .. } | Way::Bot, _, _) => String::new(),
        };
        let mut texts = render::texts(shown, body, &before, mentions);
        if texts.is_empty() {
            texts.push(String::new());
        }
        if let Some(first) = texts.first_mut() {
            first.insert_str(0, &before);
        }
        let post = |text: &str, files| Post { said: render::said(shown, text, mentions), files };
        let mut posts: Vec<Post<'p>> = texts.iter().map(|text| post(text, Vec::new())).collect();
        for (number, chunk) in chunks(files).into_iter().enumerate() {
            match posts.last_mut() {
                Some(last) if number == 0 => last.files = chunk,
                Some(_) | None => posts.push(post("", chunk)),
            }
        }
        for post in &mut posts {
            render::or_nothing(&mut post.said, !post.files.is_empty());
        }
        posts
    }

    /// How a voice shows itself here.
    pub(crate) fn shown<'v>(&self, way: &Way, voice: &'v Voice) -> Shown<'v> {
        match way {
            Way::Hook { .. } => Shown::Aside,
            // the team needs no proof of who is who, and an embed would not show its mentions
            Way::Bot if self.spot != Spot::Customer => {
                Shown::without_webhook(voice, crate::config::Names::Bold)
            }
            Way::Bot => Shown::without_webhook(voice, self.shared.config.names),
        }
    }

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
        let (mut reopened, mut remade) = (false, false);
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
                Way::Bot | Way::Hook { .. } if failure.is_shut() && !reopened => {
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
                Way::Hook { username, .. }
                    if failure.names("username") && *username != render::plain_username(username) =>
                {
                    *username = render::plain_username(username);
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

    /// A message of ours was made here just now.
    pub(crate) fn made(&self, id: &str) {
        self.shared.outgoing.skew.learn(clock::now().as_millisecond(), id);
        self.shared.outgoing.latest.put(&self.channel, id.to_owned());
    }

    /// A request under the bot's token.
    pub(crate) async fn ask(&self, method: &Method, path: &str, body: &Value) -> Result<Value, Failure> {
        self.shared.client.call(Route { method, path, own_token: false }, body, WAIT).await
    }
}

/// The key by which Discord recognises a part's repeat: the operation's own id for the first one.
fn nonce(op: &str, number: usize) -> String {
    let nonce = if number == 0 { op.to_owned() } else { format!("{op}-{number}") };
    if nonce.len() <= NONCE_MAX { nonce } else { format!("n{:016x}", fingerprint(nonce.as_bytes())) }
}

/// FNV-1a; nothing is believed because of it.
pub(crate) fn fingerprint(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Files by the messages that carry them.
fn chunks(files: &[Attachment]) -> Vec<Vec<&Attachment>> {
    let mut chunks: Vec<Vec<&Attachment>> = Vec::new();
    let mut room = 0;
    for file in files {
        let size = file.size.unwrap_or(channels::FILE_MAX);
        match chunks.last_mut() {
            Some(chunk) if chunk.len() < FILES_MAX && size <= room => {
                room -= size;
                chunk.push(file);
            }
            Some(_) | None => {
                room = REQUEST_MAX.saturating_sub(size);
                chunks.push(vec![file]);
            }
        }
    }
    chunks
}

#[cfg(test)]
#[path = "tests/send.rs"]
mod tests;
