//! Customers and agents talk on Discord through the program, whatever dies in between. Discord is played by a fake that
//! behaves as its documents say; what it does not know is a complaint.

use crate::home::{Home, bot, team};
use crate::matrix_e2e::files_with;
use crate::program::Bridge;
use fake_discord::{Fake, Fault, Guild, Shown, User, Which};

/// Discord, a server with a forum and Anna in it, and a desk that is configured for them.
pub(crate) struct Shop {
    pub(crate) discord: Fake,
    pub(crate) guild: Guild,
    pub(crate) forum: String,
    pub(crate) anna: User,
    pub(crate) home: Home,
}

/// A message with the post it is in.
pub(crate) type Copy = (String, Shown);

impl Shop {
    pub(crate) async fn open() -> Self {
        Self::with(Guild::forum, "").await
    }

    /// With the team in a channel of this kind, and more lines for the bot.
    pub(crate) async fn with(room: impl FnOnce(&Guild, &str) -> String, more: &str) -> Self {
        let discord = Fake::start().await;
        let guild = discord.guild("Team");
        let anna = discord.user("Anna Example");
        guild.join(&anna);
        let forum = room(&guild, "desk");
        // without its version, as somebody would write it
        let api_url = discord.api_url();
        let api_url = api_url.strip_suffix("/api/v10").unwrap();
        let more = format!("guilds = [\"{}\"]\n{more}", guild.id());
        let handles = format!("discord = \"{}\"", anna.id());
        let config = bot("discord", "discord", api_url, &more) + team("discord", &forum, &handles).as_str();
        let home = Home::new(&config, &[("discord", &discord.token())]);
        Self { discord, guild, forum, anna, home }
    }

    fn found(&self, text: &str) -> Vec<Copy> {
        let posts = self.discord.threads(&self.forum);
        let posts = posts.iter().filter_map(|post| post["id"].as_str());
        let in_post = |post: &str| {
            let post = post.to_owned();
            self.discord.texts(&post).into_iter().map(move |shown| (post.clone(), shown))
        };
        posts
            .flat_map(in_post)
            .filter(|(_, shown)| shown.content == text && shown.webhook.is_some())
            .collect()
    }

    /// A customer's words in a post, under the customer's name.
    pub(crate) async fn copy(&self, text: &str) -> Copy {
        self.until(&format!("the team reads {text:?}"), |_| !self.found(text).is_empty()).await;
        let mut found = self.found(text);
        assert_eq!(found.len(), 1, "{text:?} is there {} times", found.len());
        found.remove(0)
    }

    /// Anna answers a copy by a deliberate reply.
    pub(crate) fn answers(&self, (post, copy): &Copy, text: &str) -> String {
        self.anna.replies(post, &copy.id, text)
    }

    pub(crate) async fn until(&self, what: &str, holds: impl Fn(&Fake) -> bool) {
        self.discord.until(&format!("{what}\n{}", self.home.log()), holds).await;
    }

    /// Waits until a customer has read these words of Anna's, once.
    pub(crate) async fn read(&self, customer: &User, text: &str) {
        self.until(&format!("the customer reads {text:?}"), |fake| by_anna(fake, customer, text) == 1).await;
    }

    pub(crate) async fn until_marked(&self, post: &str, message: &str, emoji: &str) {
        let is_marked = |shown: Shown| shown.reactions.iter().any(|(on, _)| on == emoji);
        self.until(&format!("{message} is marked {emoji}"), |fake| {
            fake.message(post, message).is_some_and(is_marked)
        })
        .await;
    }

    /// Waits until customers in the server can open a matter.
    pub(crate) async fn until_contact(&self) {
        self.until("the command is there", |fake| {
            fake.commands(Some(&self.guild.id())).iter().any(|command| command["name"] == "contact")
        })
        .await;
    }

    /// Nothing was asked of Discord, nor answered, that no documentation names.
    pub(crate) fn assert_well(&self) {
        assert_eq!(self.discord.complaints(), Vec::<String>::new());
        assert_eq!(self.discord.unspecified(), Vec::<String>::new());
    }

    pub(crate) async fn until_connected(&self) {
        self.until("the bridge is connected", |fake| fake.connected() == 1).await;
    }
}

/// How often a customer reads these words under Anna's name.
fn by_anna(fake: &Fake, customer: &User, text: &str) -> usize {
    let wanted = format!("**Anna \\(Support\\)**\n{text}");
    let plain = |content: &str| content.replace('\\', "");
    let shown = fake.texts(&customer.direct());
    shown.iter().filter(|shown| plain(&shown.content) == plain(&wanted)).count()
}

pub(crate) fn kill(bridge: Bridge) {
    bridge.signal("-KILL");
    bridge.ended();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_on_discord_survives_every_death() {
    let shop = Shop::open().await;
    let (code, out, error) = shop.home.run(&["check"]).await;
    assert_eq!(code, 0, "{out}{error}");
    let bridge = shop.home.start();
    shop.until_connected().await;
    let mia = shop.discord.user("Mia Muster");
    mia.dm("Where is my parcel?");
    let copy = shop.copy("Where is my parcel?").await;
    assert_eq!(copy.1.name, "Mia Muster");
    assert!(!shop.discord.tags(&copy.0).is_empty(), "the post shows no state");
    shop.anna.says(&copy.0, "a note to ourselves");
    let answer = shop.answers(&copy, "It left today.");
    shop.read(&mia, "It left today.").await;
    shop.until_marked(&copy.0, &answer, "✅").await;

    // killed between a message and its answer, which Anna gives meanwhile; a new customer writes for the first time
    mia.dm("And when will it be here?");
    let second = shop.copy("And when will it be here?").await;
    assert_eq!(second.0, copy.0, "one customer has one thread");
    kill(bridge);
    shop.answers(&second, "Tomorrow.");
    mia.dm("Hello?");
    let noa = shop.discord.user("Noa");
    noa.dm("The first word of a new customer");
    let bridge = shop.home.start();
    shop.read(&mia, "Tomorrow.").await;
    assert_eq!(shop.copy("Hello?").await.0, copy.0);
    assert_ne!(shop.copy("The first word of a new customer").await.0, copy.0);
    assert_eq!((shop.discord.identified(), shop.discord.resumed()), (1, 1), "the session goes on");

    // the session is lost: what was missed is fetched
    kill(bridge);
    mia.dm("While you were away");
    shop.anna.replies(&copy.0, &copy.1.id, "While we were away");
    shop.discord.forget_sessions();
    let bridge = shop.home.start();
    shop.copy("While you were away").await;
    shop.read(&mia, "While we were away").await;

    // the gateway is cut, with and without a session to go on with
    for resumable in [true, false] {
        shop.discord.invalidate(resumable);
        let said = format!("after a session that is {}", if resumable { "resumed" } else { "lost" });
        mia.dm(&said);
        shop.copy(&said).await;
        shop.discord.cut_gateway();
        let said = format!("{said}, and cut");
        mia.dm(&said);
        shop.copy(&said).await;
    }

    // by a command of Discord's own
    shop.until("the commands are there", |fake| !fake.commands(Some(&shop.guild.id())).is_empty()).await;
    shop.anna.command(&copy.0, "r", Some(("text", "By command.")), "en");
    shop.read(&mia, "By command.").await;
    shop.anna.command(&copy.0, "close", None, "en");
    let is_closed = |fake: &Fake| fake.tags(&copy.0).iter().any(|tag| tag.to_lowercase().contains("closed"));
    shop.until("the post shows that it is closed", is_closed).await;

    let leaked = shop.discord.texts(&mia.direct()).iter().any(|shown| shown.content.contains("note to"));
    assert!(!leaked, "a note left the team");
    bridge.signal("-TERM");
    assert_eq!(bridge.ended(), Some(0));
    shop.assert_well();
    for marker in ["Mia", "parcel", "It left today", "note to", &shop.discord.token()] {
        let found = files_with(shop.home.path(), marker);
        assert!(!found.iter().any(|path| path.ends_with("log")), "{marker} is in the log");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_of_discord_doubles_nothing() {
    let shop = Shop::open().await;
    let _bridge = shop.home.start();
    shop.until_connected().await;
    let mia = shop.discord.user("Mia");
    // the post is made, its answer lost: it is found again by looking
    shop.discord.fail(Which::next("POST", "/threads"), Fault::AnswerLost);
    mia.dm("one");
    let first = shop.copy("one").await;
    assert_eq!(shop.discord.threads(&shop.forum).len(), 1);
    // a message by webhook: found as well
    shop.discord.fail(Which::next("POST", "/webhooks/"), Fault::AnswerLost);
    mia.dm("two");
    shop.copy("two").await;
    // a message of the bot: the nonce makes the repeat harmless
    shop.discord
        .fail(Which::next("POST", &format!("/channels/{}/messages", mia.direct())), Fault::AnswerLost);
    let answer = shop.answers(&first, "three");
    shop.until_marked(&first.0, &answer, "✅").await;
    mia.dm("four");
    shop.copy("four").await;
    assert_eq!(by_anna(&shop.discord, &mia, "three"), 1);
    assert_eq!((shop.found("one").len(), shop.found("two").len()), (1, 1));
    assert_eq!(shop.discord.threads(&shop.forum).len(), 1);
    assert_eq!(shop.discord.complaints(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_goes_wrong_on_discord_is_healed_or_told() {
    let shop = Shop::open().await;
    let _bridge = shop.home.start();
    shop.until_connected().await;
    let mia = shop.discord.user("Mia");
    mia.dm("first");
    let first = shop.copy("first").await;
    shop.discord.archive(&first.0, false);
    mia.dm("into an archived post");
    assert_eq!(shop.copy("into an archived post").await.0, first.0);
    shop.discord.delete_channel(&first.0);
    mia.dm("second");
    let second = shop.copy("second").await;
    assert_ne!(second.0, first.0, "a deleted post is opened anew");
    shop.discord.delete_webhooks(&shop.forum);
    mia.dm("third");
    shop.copy("third").await;
    shop.discord.fail(Which::next("POST", "/webhooks/"), Fault::Limited { after: 0.3, global: false });
    mia.dm("fourth");
    shop.copy("fourth").await;
    // a customer who takes no messages: told, and not tried for ever
    mia.close_messages(true);
    let answer = shop.answers(&second, "Hello?");
    shop.until_marked(&second.0, &answer, "❌").await;
    // a matter that is opened in a server
    let noa = shop.discord.user("Noa");
    shop.guild.join(&noa);
    let lobby = shop.guild.text_channel("lobby");
    shop.until_contact().await;
    let pressed = noa.command(&lobby, "contact", Some(("text", "From the lobby")), "de");
    let copy = shop.copy("From the lobby").await;
    assert_eq!(copy.1.name, "Noa");
    let told =
        |fake: &Fake| fake.pressed(&pressed).text.is_some_and(|text| text.contains("Hier geht es weiter"));
    shop.until("she is told where it goes on", told).await;
    shop.answers(&copy, "Welcome");
    shop.read(&noa, "Welcome").await;
    assert_eq!(shop.discord.complaints(), Vec::<String>::new());
}
