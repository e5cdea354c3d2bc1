//! A fake Telegram with a customer and an agent on it, and the adapter that serves them.

use crate::{Secret, TelegramAdapter, TelegramConfig};
use async_trait::async_trait;
use fake_telegram::{Fake, FileSent, Group, Person, Shown};
use port::conformance::{Rig, Seen};
use port::{Adapter, ChannelName, ChatId, Mark, MessageId, NativeCommand, TopicId};
use std::sync::Arc;

use super::shelf::MemoryShelf;

/// Everything a test of the adapter needs.
pub(crate) struct Phones {
    pub(crate) fake: Fake,
    pub(crate) team: Group,
    pub(crate) anna: Person,
    pub(crate) carla: Person,
    pub(crate) adapter: Arc<TelegramAdapter>,
    stranger: Person,
}

impl Phones {
    pub(crate) async fn new() -> Self {
        let fake = Fake::start().await;
        let team = fake.forum("Team");
        let shelf = Arc::new(MemoryShelf::default());
        Self {
            adapter: Arc::new(TelegramAdapter::new(config(&fake, &team), shelf).unwrap()),
            anna: team.member("Anna"),
            carla: fake.user("Carla Customer"),
            stranger: fake.stranger("Nobody"),
            team,
            fake,
        }
    }
}

fn config(fake: &Fake, team: &Group) -> TelegramConfig {
    let command = |name: &str| NativeCommand {
        name: name.to_owned(),
        takes_text: true,
        suggestions: port::Suggestions::None,
        descriptions: vec![("en".to_owned(), format!("What {name} does"))],
    };
    TelegramConfig {
        channel: ChannelName::new("telegram"),
        api_url: fake.api_url().to_owned(),
        token: Secret::new(fake.token()),
        team_rooms: vec![ChatId::new(team.id().to_string())],
        names: crate::NameForm::Line,
        command_prefix: "!".to_owned(),
        commands: ["close", "r"].map(command).into(),
    }
}

fn number(id: &str) -> i64 {
    id.parse().unwrap()
}

#[async_trait]
impl Rig for Phones {
    fn adapter(&self) -> Arc<dyn Adapter> {
        self.adapter.clone()
    }

    fn team_room(&self) -> ChatId {
        ChatId::new(self.team.id().to_string())
    }

    fn customer_chat(&self) -> ChatId {
        ChatId::new(self.carla.chat().to_string())
    }

    async fn customer_writes(&self, text: &str) {
        self.carla.writes(text);
    }

    async fn agent_writes(&self, topic: Option<&TopicId>, text: &str, reply_to: Option<&MessageId>) {
        let anna = self.anna.in_topic(topic.map(|topic| number(topic.as_str())));
        match reply_to {
            Some(message) => anna.replies(number(message.as_str()), text),
            None => anna.writes(text),
        };
    }

    async fn customer_sees(&self) -> Vec<Seen> {
        self.carla.sees().iter().map(seen).collect()
    }

    async fn team_sees(&self, topic: Option<&TopicId>) -> Vec<Seen> {
        let topic = topic.map(|topic| number(topic.as_str()));
        self.team.shows(topic).iter().map(seen).collect()
    }

    async fn customer_edits(&self, message: &MessageId, text: &str) -> bool {
        self.carla.edits(number(message.as_str()), text);
        true
    }

    async fn customer_sends(&self, name: &str, bytes: &[u8]) -> bool {
        self.carla.sends_file(FileSent { kind: "document", name, bytes }, "");
        true
    }

    async fn customer_fetches(&self, message: &MessageId) -> Option<Vec<u8>> {
        let id = number(message.as_str());
        self.carla.sees().into_iter().find(|shown| shown.id == id)?.bytes
    }

    async fn lose_topic(&self, topic: &TopicId) -> bool {
        self.team.loses_topic(number(topic.as_str()));
        true
    }

    fn closed_chat(&self) -> Option<ChatId> {
        Some(ChatId::new(self.stranger.chat().to_string()))
    }
}

/// A message as a person reads it: a name in bold letters is the author's, or else the account's.
fn seen(shown: &Shown) -> Seen {
    let from = &shown.raw["from"];
    let written = (from["is_bot"] == true).then(|| shown.name_and_text()).flatten();
    let (name, text) =
        written.unwrap_or_else(|| (from["first_name"].as_str().unwrap().to_owned(), shown.text.clone()));
    Seen {
        id: MessageId::new(shown.id.to_string()),
        name,
        text,
        marks: shown.reactions.iter().map(|(_, emoji)| sign(emoji).to_owned()).collect(),
    }
}

/// What a reaction of the bridge stands for: Telegram has none of the signs of marks.
fn sign(emoji: &str) -> &str {
    match emoji {
        "👀" => Mark::Pending.sign(),
        "👌" => Mark::Delivered.sign(),
        "👎" => Mark::Refused.sign(),
        "🤔" => Mark::Unknown.sign(),
        other => other,
    }
}
