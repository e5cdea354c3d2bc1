//! The program with customers and agents on Telegram, and on Discord, killed in the middle of its work again and again.
//!
//! Discord lets the bridge look and knows what comes twice: everything is there exactly once. Telegram does neither: what
//! was on its way when the process died is there once, or the team reads that it may not have arrived; never twice.

#![expect(
    clippy::panic,
    clippy::print_stdout,
    reason = "tests stop where something is not so, and say what they saw"
)]

use crate::discord_e2e::Shop as DiscordShop;
use crate::telegram_e2e::{self, Shop as TelegramShop};
use fake_discord::{Fault as DiscordFault, Which};
use fake_telegram::Fault;
use fastrand::Rng;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::sleep;

/// How often the process is killed.
const ROUNDS: usize = 15;
/// How long a process lives at most, in milliseconds.
const LIFE_MAX: u64 = 700;
/// How long customers pause at most, in milliseconds.
const PAUSE_MAX: u64 = 60;
/// Is in what the team reads of customers' messages that may not have arrived.
const UNKNOWN: &str = "may be missing here";

/// One message as a test compares it: whose name is over it, what it says, where it is, and its id.
#[derive(Debug, Clone)]
struct Post {
    name: String,
    text: String,
    topic: String,
    id: String,
}

/// A platform with the bridge on it, as both tests drive it.
trait Stage {
    fn start(&self) -> crate::program::Bridge;
    fn write(&self, customer: usize, text: &str);
    /// Everything in the team's topics.
    fn team(&self) -> Vec<Post>;
    /// Anna answers a post; the id of her message.
    fn answer(&self, post: &Post, text: &str) -> String;
    /// What a customer reads.
    fn reads(&self, customer: usize) -> Vec<String>;
    /// The marks on Anna's message.
    fn marks(&self, topic: &str, message: &str) -> Vec<String>;
    /// The next message of the bridge is taken, and its answer does not come.
    fn stall(&self);
    /// Whatever was held comes now, to whoever is still there.
    fn go_on(&self);
    /// Waits until something is so on the platform.
    async fn until(&self, what: &str, holds: impl Fn() -> bool);
}

/// The name of a customer, and how every text of theirs begins.
fn name(customer: usize) -> String {
    ["Mia", "Noa", "Kim"][customer].to_owned()
}

/// Lets customers write and Anna answer while the bridge dies again and again; gives back what was written and answered.
async fn play(
    stage: &impl Stage,
    random: &mut Rng,
) -> (Vec<(usize, String)>, BTreeMap<String, (usize, Post, String)>) {
    let mut written = Vec::new();
    let mut answered: BTreeMap<String, (usize, Post, String)> = BTreeMap::new();
    for round in 0..ROUNDS {
        let bridge = stage.start();
        let life = Duration::from_millis(random.u64(20..LIFE_MAX));
        let begun = tokio::time::Instant::now();
        while begun.elapsed() < life {
            let customer = random.usize(..3);
            let text = format!("{}-{}.", name(customer).to_lowercase(), written.len());
            if random.u8(..8) == 0 {
                stage.stall();
            }
            stage.write(customer, &text);
            written.push((customer, text));
            if let Some(post) = random.choice(stage.team()).filter(|post| post.name.len() == 3)
                && answered.len() <= round
            {
                let customer = (0..3).find(|customer| name(*customer) == post.name).unwrap();
                let text = format!("answer {}.", answered.len());
                let message = stage.answer(&post, &text);
                answered.insert(text, (customer, post, message));
            }
            sleep(Duration::from_millis(random.u64(..PAUSE_MAX))).await;
        }
        telegram_e2e::kill(bridge);
        stage.go_on();
    }
    (written, answered)
}

/// How often a text stands in the posts under a customer's name.
fn shown(posts: &[Post], customer: usize, text: &str) -> usize {
    let own = posts.iter().filter(|post| post.name == name(customer));
    own.map(|post| post.text.lines().filter(|line| *line == text).count()).sum()
}

/// Of how many messages the team reads that they may be missing.
fn how_many(post: &Post) -> usize {
    post.text.split_whitespace().next().and_then(|word| word.parse().ok()).unwrap_or(1)
}

/// Plays, waits until everything is settled, and counts: what is there once, what is told as unknown; and nothing twice.
async fn survive(stage: &impl Stage, knows_all: bool) {
    let mut random = Rng::with_seed(4711);
    let (written, answered) = play(stage, &mut random).await;
    let bridge = stage.start();
    for customer in 0..3 {
        stage.write(customer, "the last word.");
    }
    // lanes are first in, first out: what is before the last word is settled when that is there
    for customer in 0..3 {
        let has_all = || shown(&stage.team(), customer, "the last word.") == 1;
        stage.until("the last word is there", has_all).await;
    }
    for (topic, message) in answered.values().map(|(_, post, message)| (&post.topic, message)) {
        let is_settled = || stage.marks(topic, message).iter().any(|mark| mark != "👀" && mark != "🕓");
        let is_told =
            || stage.team().iter().any(|post| post.topic == *topic && post.text.contains("Not sent"));
        stage.until("every answer is settled", || is_settled() || is_told()).await;
    }
    let team = stage.team();
    let told: usize = team.iter().filter(|post| post.text.contains(UNKNOWN)).map(how_many).sum();
    let (mut missing, mut order) = (0, BTreeMap::new());
    for (customer, text) in &written {
        match shown(&team, *customer, text) {
            0 => missing += 1,
            1 => order.entry(*customer).or_insert_with(Vec::new).push(text),
            more => panic!("{text} is there {more} times"),
        }
    }
    for (customer, texts) in order {
        let posts = team.iter().filter(|post| post.name == name(customer));
        let lines = posts
            .flat_map(|post| post.text.lines().map(str::to_owned))
            .filter(|line| line != "the last word.");
        assert!(
            lines.eq(texts.iter().map(|text| (*text).clone())),
            "the order of {} is lost",
            name(customer)
        );
    }
    println!(
        "{} messages and {} answers in {ROUNDS} lives: {missing} messages not to be seen, {told} told as perhaps missing",
        written.len(),
        answered.len()
    );
    assert!(missing <= told, "{missing} messages are missing, and only {told} were told");
    assert!(
        !knows_all || (missing, told) == (0, 0),
        "the platform tells, but {missing} were lost and {told} unknown"
    );
    for (text, (customer, post, message)) in &answered {
        let count = stage.reads(*customer).iter().filter(|read| *read == text).count();
        let marks = stage.marks(&post.topic, message);
        assert!(count <= 1, "{text} came {count} times");
        let is_delivered = marks.iter().any(|mark| mark == "👌" || mark == "✅");
        assert!(count == 1 || !is_delivered, "{text} is marked as delivered and did not come");
        assert!(!knows_all || count == 1, "{text} did not come: {marks:?}");
        for other in (0..3).filter(|other| other != customer) {
            assert!(!stage.reads(other).contains(text), "{text} came to somebody else");
        }
    }
    drop(bridge);
}

/// Telegram, and three customers.
struct OnTelegram(TelegramShop, Vec<fake_telegram::Person>);

impl Stage for OnTelegram {
    fn start(&self) -> crate::program::Bridge {
        self.0.home.start()
    }

    fn write(&self, customer: usize, text: &str) {
        self.1[customer].writes(text);
    }

    fn team(&self) -> Vec<Post> {
        let topics = self.0.group.topics();
        let posts = topics
            .iter()
            .flat_map(|topic| self.0.group.shows(Some(topic.id)).into_iter().map(|shown| (topic.id, shown)));
        let mut posts: Vec<_> = posts.collect();
        posts.sort_by_key(|(_, shown)| shown.id);
        let read = |(topic, shown): (i64, fake_telegram::Shown)| {
            let (name, text) = shown.name_and_text().unwrap_or_else(|| (String::new(), shown.text.clone()));
            Post { name, text, topic: topic.to_string(), id: shown.id.to_string() }
        };
        posts.into_iter().map(read).collect()
    }

    fn answer(&self, post: &Post, text: &str) -> String {
        let anna = self.0.anna.in_topic(Some(post.topic.parse().unwrap()));
        anna.replies(post.id.parse().unwrap(), text).to_string()
    }

    fn reads(&self, customer: usize) -> Vec<String> {
        let shown = self.1[customer].sees().into_iter();
        shown.filter_map(|shown| shown.name_and_text()).map(|(_, text)| text).collect()
    }

    fn marks(&self, topic: &str, message: &str) -> Vec<String> {
        let shown = self.0.group.shows(Some(topic.parse().unwrap())).into_iter();
        let of = shown.filter(|shown| shown.id.to_string() == message);
        of.flat_map(|shown| shown.reactions).map(|(_, emoji)| emoji).collect()
    }

    fn stall(&self) {
        self.0.telegram.fails("sendMessage", Fault::HeldAfter);
    }

    fn go_on(&self) {
        self.0.telegram.mends();
        self.0.telegram.release();
    }

    async fn until(&self, what: &str, holds: impl Fn() -> bool) {
        self.0.until(what, |_| holds()).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_on_telegram_nothing_is_lost_or_doubled_but_what_is_told() {
    let shop = TelegramShop::open().await;
    let customers = (0..3).map(|customer| shop.telegram.user(&name(customer))).collect();
    let stage = OnTelegram(shop, customers);
    survive(&stage, false).await;
    stage.0.check_traffic();
}

/// Discord, and three customers.
struct OnDiscord(DiscordShop, Vec<fake_discord::User>);

impl Stage for OnDiscord {
    fn start(&self) -> crate::program::Bridge {
        self.0.home.start()
    }

    fn write(&self, customer: usize, text: &str) {
        self.1[customer].dm(text);
    }

    fn team(&self) -> Vec<Post> {
        let topics = self.0.discord.threads(&self.0.forum);
        let topics = topics.iter().filter_map(|post| post["id"].as_str().map(str::to_owned));
        let posts = topics.flat_map(|topic| {
            let shown = self.0.discord.texts(&topic).into_iter();
            shown.map(move |shown| {
                let name = if shown.webhook.is_some() { shown.name } else { String::new() };
                Post { name, text: shown.content.replace('\\', ""), topic: topic.clone(), id: shown.id }
            })
        });
        posts.collect()
    }

    fn answer(&self, post: &Post, text: &str) -> String {
        self.0.anna.replies(&post.topic, &post.id, text)
    }

    fn reads(&self, customer: usize) -> Vec<String> {
        let shown = self.0.discord.texts(&self.1[customer].direct()).into_iter();
        shown
            .filter_map(|shown| shown.content.split_once("**\n").map(|(_, text)| text.replace('\\', "")))
            .collect()
    }

    fn marks(&self, topic: &str, message: &str) -> Vec<String> {
        let shown = self.0.discord.message(topic, message);
        shown.into_iter().flat_map(|shown| shown.reactions).map(|(emoji, _)| emoji).collect()
    }

    fn stall(&self) {
        self.0.discord.fail(Which::next("POST", "/webhooks/"), DiscordFault::Slow);
    }

    fn go_on(&self) {
        self.0.discord.heal();
        self.0.discord.release();
    }

    async fn until(&self, what: &str, holds: impl Fn() -> bool) {
        self.0.until(what, |_| holds()).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_on_discord_everything_is_there_once() {
    let shop = DiscordShop::open().await;
    let customers = (0..3).map(|customer| shop.discord.user(&name(customer))).collect();
    let stage = OnDiscord(shop, customers);
    survive(&stage, true).await;
    assert_eq!(stage.0.discord.complaints(), Vec::<String>::new());
}
