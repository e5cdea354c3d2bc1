//! A customer on one platform, the team on another: through the program, with a real Synapse and played bots.

use crate::home::{Home, bot, keep_token, team};
use crate::matrix_e2e::Town;
use fake_discord::Fake as Discord;
use fake_telegram::Fake as Telegram;
use std::fs;

/// Anna's name as Telegram's and Discord's customers read it.
const ANNA: &str = "Anna (Support)";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_on_telegram_is_answered_from_matrix() {
    let telegram = Telegram::start().await;
    let town = Town::with(&bot("telegram", "telegram", telegram.api_url(), "")).await;
    keep_token(town.directory(), "telegram", telegram.token());
    let _bridge = town.start();
    let mia = telegram.user("Mia");
    mia.writes("Where is my parcel?");
    let copy = town.find(&town.agent, &town.team, "Mia: Where is my parcel?").await;
    town.answer(&copy, "It left *today*.").await;
    let answered = |fake: &Telegram| {
        let shown = fake.messages(mia.chat(), None);
        let wanted = Some((ANNA.to_owned(), "It left today.".to_owned()));
        let is_italic =
            |shown: &fake_telegram::Shown| shown.entities.iter().any(|look| look["type"] == "italic");
        shown.iter().filter(|shown| shown.name_and_text() == wanted && is_italic(shown)).count() == 1
    };
    telegram.until("she reads the answer", answered).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_on_discord_is_answered_from_matrix() {
    let discord = Discord::start().await;
    let town = Town::with(&bot("discord", "discord", &discord.api_url(), "")).await;
    keep_token(town.directory(), "discord", &discord.token());
    let _bridge = town.start();
    discord.until("the bridge is connected", |fake| fake.connected() == 1).await;
    let mia = discord.user("Mia");
    mia.dm("Where is my parcel?");
    let copy = town.find(&town.agent, &town.team, "Mia: Where is my parcel?").await;
    town.answer(&copy, "It left today.").await;
    let answered = |fake: &Discord| {
        let shown = fake.texts(&mia.direct());
        shown.iter().filter(|shown| shown.content.ends_with("**\nIt left today.")).count() == 1
    };
    discord.until("she reads the answer", answered).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_on_matrix_is_answered_from_telegram() {
    let telegram = Telegram::start().await;
    let group = telegram.forum("Team");
    let anna = group.member("Anna");
    let town = Town::with(&bot("telegram", "telegram", telegram.api_url(), "")).await;
    keep_token(town.directory(), "telegram", telegram.token());
    let config = town.directory().join("config/deskbridge.toml");
    let text = fs::read_to_string(&config).unwrap();
    let text = text
        .replace("channel = \"matrix\"", "channel = \"telegram\"")
        .replace(&format!("room = \"{}\"", town.team), &format!("room = \"{}\"", group.id()))
        .replace("matrix = \"@anna:desk.test\"", &format!("telegram = \"{}\"", anna.id()));
    fs::write(&config, text).unwrap();
    let _bridge = town.start();
    town.customer.say(town.chat(), "Where is my parcel?").await;
    let copies = || {
        let topics = group.topics().into_iter().flat_map(|topic| group.shows(Some(topic.id)));
        let wanted = Some(("Carla".to_owned(), "Where is my parcel?".to_owned()));
        topics.filter(|shown| shown.name_and_text() == wanted).collect::<Vec<_>>()
    };
    telegram.until("the team reads it", |_| copies().len() == 1).await;
    let copy = copies().remove(0);
    anna.in_topic(copy.topic).replies(copy.id, "It left today.");
    town.find(&town.customer, town.chat(), &format!("{ANNA}: It left today.")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_on_telegram_is_answered_from_discord() {
    let (telegram, discord) = (Telegram::start().await, Discord::start().await);
    let guild = discord.guild("Team");
    let anna = discord.user("Anna");
    guild.join(&anna);
    let forum = guild.forum("desk");
    let config = [
        bot("telegram", "telegram", telegram.api_url(), ""),
        bot("discord", "discord", &discord.api_url(), ""),
        team("discord", &forum, &format!("discord = \"{}\"", anna.id())),
    ];
    let config = config.concat();
    let home = Home::new(&config, &[("telegram", telegram.token()), ("discord", &discord.token())]);
    let _bridge = home.start();
    discord.until("the bridge is connected", |fake| fake.connected() == 1).await;
    let mia = telegram.user("Mia");
    mia.writes("Where is my parcel?");
    let copies = || {
        let posts = discord.threads(&forum);
        let posts: Vec<String> =
            posts.iter().filter_map(|post| post["id"].as_str().map(str::to_owned)).collect();
        let shown = posts.into_iter().flat_map(|post| {
            discord.texts(&post).into_iter().map(move |shown| (post.clone(), shown)).collect::<Vec<_>>()
        });
        shown.filter(|(_, shown)| shown.content == "Where is my parcel?").collect::<Vec<_>>()
    };
    discord.until("the team reads it", |_| copies().len() == 1).await;
    let (post, copy) = copies().remove(0);
    assert_eq!(copy.name, "Mia");
    anna.replies(&post, &copy.id, "It left today.");
    let wanted = Some((ANNA.to_owned(), "It left today.".to_owned()));
    let answered = |fake: &Telegram| {
        fake.messages(mia.chat(), None).iter().filter(|shown| shown.name_and_text() == wanted).count() == 1
    };
    telegram.until("she reads the answer", answered).await;
}
