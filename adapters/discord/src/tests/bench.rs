//! An adapter in front of a Discord of its own, and operations for it.

use super::harness::Rows;
use crate::{DiscordAdapter, DiscordConfig, Matters, Names, Phrases, Secret};
use async_trait::async_trait;
use fake_discord::{Fake, Guild, User};
use port::{
    AccountId, Adapter, Attachment, Avatar, Avatars, Body, ChannelName, ChatId, File, FileKind, Media,
    MediaError, MediaRef, MediaStream, Mention, MessageId, NoMedia, Op, OpId, Operation, Outcome, Owner,
    Persona, Private, SharedShelf, TopicId, TopicState, Voice,
};
use std::sync::Arc;

/// Files by their references: what is written there is what they hold, or that it is so many zeros.
pub(super) struct Files;

#[async_trait]
impl Media for Files {
    async fn open(&self, file: &Attachment) -> Result<MediaStream, MediaError> {
        let file = file.file().ok_or(MediaError::Gone)?;
        if let Some(count) = file.source.as_str().strip_prefix("zeros:") {
            return Ok(MediaStream::whole(vec![0; count.parse().unwrap()], file.mime));
        }
        Ok(MediaStream::whole(file.source.as_str().as_bytes().to_vec(), file.mime))
    }
}

/// A server with a team, a customer who writes directly, and the adapter between them.
pub(super) struct Bench {
    pub(super) fake: Fake,
    pub(super) guild: Guild,
    pub(super) customer: User,
    pub(super) agent: User,
    /// The team's channel.
    pub(super) room: String,
    /// A text channel of the server in which customers may be.
    pub(super) hall: String,
    /// The customer's direct messages.
    pub(super) direct: String,
    pub(super) adapter: DiscordAdapter,
    shelf: SharedShelf,
    names: Names,
}

impl Bench {
    pub(super) async fn forum() -> Self {
        Self::open(true, Names::Bold).await
    }

    pub(super) async fn text() -> Self {
        Self::open(false, Names::Bold).await
    }

    pub(super) async fn open(is_forum: bool, names: Names) -> Self {
        let fake = Fake::start().await;
        let guild = fake.guild("Shop");
        let (customer, agent) = (fake.user("Carla"), fake.user("Ada"));
        guild.join(&agent);
        guild.join(&customer);
        let room = if is_forum { guild.forum("team") } else { guild.text_channel("team") };
        let (hall, direct) = (guild.text_channel("hall"), customer.direct());
        let shelf: SharedShelf = Arc::new(Rows::default());
        let adapter = adapter(&fake, &guild, &room, &shelf, names);
        Self { fake, guild, customer, agent, room, hall, direct, adapter, shelf, names }
    }

    /// The next process, with the same rows.
    pub(super) fn restart(&mut self) {
        self.adapter = adapter(&self.fake, &self.guild, &self.room, &self.shelf, self.names);
    }

    /// A private thread with the customer, below the hall.
    pub(super) async fn private_thread(&self) -> String {
        let body = serde_json::json!({ "name": "matter", "type": 12, "invitable": false });
        let client = &self.adapter.shared.client;
        let made = crate::api::post(client, &format!("/channels/{}/threads", self.hall), &body).await;
        made.unwrap()["id"].as_str().unwrap().to_owned()
    }

    /// Opens a topic.
    pub(super) async fn topic(&self, id: &str) -> TopicId {
        let op = op(id, &self.room, None, open("Carla #7", TopicState::Waiting));
        match self.send(&op).await {
            Outcome::Delivered { topic: Some(topic), .. } => topic,
            outcome @ (Outcome::Delivered { .. }
            | Outcome::Refused(_)
            | Outcome::Later { .. }
            | Outcome::Heal(_)
            | Outcome::Unknown { .. }) => panic!("{outcome:?}"),
        }
    }

    pub(super) async fn send(&self, op: &Op) -> Outcome {
        self.adapter.deliver(op, &Files).await
    }

    /// Sends what must be delivered; the ids of its parts.
    pub(super) async fn sent(&self, op: &Op) -> Vec<String> {
        match self.adapter.deliver(op, &NoMedia).await {
            Outcome::Delivered { parts, .. } => parts.iter().map(|part| part.as_str().to_owned()).collect(),
            outcome @ (Outcome::Refused(_)
            | Outcome::Later { .. }
            | Outcome::Heal(_)
            | Outcome::Unknown { .. }) => panic!("{outcome:?}"),
        }
    }

    /// The texts in a channel.
    pub(super) fn texts(&self, channel: &str) -> Vec<String> {
        self.fake.texts(channel).into_iter().map(|message| message.content).collect()
    }

    /// How many requests there were whose method and path are such.
    pub(super) fn asked(&self, method: &str, path: &str) -> usize {
        self.fake.requests().iter().filter(|(m, p, _)| m == method && p.contains(path)).count()
    }
}

fn adapter(fake: &Fake, guild: &Guild, room: &str, shelf: &SharedShelf, names: Names) -> DiscordAdapter {
    let picture = Avatar { mime: "image/png", bytes: Arc::from(&b"\x89PNG picture"[..]) };
    let config = DiscordConfig {
        channel: ChannelName::new("discord"),
        api_url: fake.api_url(),
        token: Secret::new(fake.token()),
        team_rooms: vec![ChatId::new(room)],
        guilds: vec![guild.id()],
        matters: Matters::DirectMessage,
        names,
        command_prefix: "!".to_owned(),
        commands: Vec::new(),
        avatars: Avatars::from([("agent-1".to_owned(), picture)]),
        phrases: Phrases::default(),
    };
    DiscordAdapter::new(config, Arc::clone(shelf)).unwrap()
}

pub(super) fn private(text: &str) -> Private {
    Private::new(Owner::Desk, text)
}

pub(super) fn voice(id: &str, name: &str) -> Voice {
    Voice::Persona(Persona { id: id.to_owned(), name: private(name) })
}

pub(super) fn op(id: &str, chat: &str, topic: Option<&TopicId>, operation: Operation) -> Op {
    Op { id: OpId::new(id), chat: ChatId::new(chat), topic: topic.cloned(), attempt: 0, operation }
}

pub(super) fn create(voice: Voice, text: &str) -> Operation {
    Operation::Create {
        voice,
        body: Body::from(private(text)),
        files: Vec::new(),
        reply_to: None,
        mentions: Vec::new(),
    }
}

pub(super) fn agent(text: &str) -> Operation {
    create(voice("agent-1", "Anna (Support)"), text)
}

pub(super) fn customer(text: &str) -> Operation {
    create(voice("customer-1", "Carla Customer"), text)
}

/// The same, as an answer.
pub(super) fn answering(mut operation: Operation, message: &str) -> Operation {
    if let Operation::Create { reply_to, .. } = &mut operation {
        *reply_to = Some(MessageId::new(message));
    }
    operation
}

/// The same, calling somebody.
pub(super) fn calling(mut operation: Operation, account: &str, name: &str) -> Operation {
    if let Operation::Create { mentions, .. } = &mut operation {
        mentions.push(Mention { account: AccountId::new(account), name: private(name) });
    }
    operation
}

/// The same, with files that hold these words.
pub(super) fn with_files(mut operation: Operation, contents: &[&str]) -> Operation {
    if let Operation::Create { files, .. } = &mut operation {
        for content in contents {
            let mut file = File::new(FileKind::Document, MediaRef::new(*content));
            file.name = Some(format!("{content}.txt"));
            file.size = u64::try_from(content.len()).ok();
            files.push(Attachment::new(&Owner::Desk, &ChannelName::new("elsewhere"), &file));
        }
    }
    operation
}

pub(super) fn open(title: &str, state: TopicState) -> Operation {
    Operation::OpenTopic { title: private(title), state, due: None, card: private("who and what") }
}

pub(super) fn set(title: &str, state: TopicState, card: &str) -> Operation {
    Operation::SetTopic { title: private(title), state, due: None, card: private(card) }
}
