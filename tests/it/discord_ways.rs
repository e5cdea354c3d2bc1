//! The ways that Discord's places leave, through the program: private threads of a server, embeds in direct messages, a
//! text channel for the team. What goes wrong on them is seen by no customer.

use crate::discord_e2e::Shop;
use fake_discord::{Fake, Fault, Guild, User, Which};

/// How Anna is called.
const ANNA: &str = "Anna (Support)";

/// A text as it is read: without the signs that keep others from being marks.
fn read(content: &str) -> String {
    content.replace('\\', "")
}

/// How often a webhook said this under Anna's name. A line that leads to what is answered may stand before it.
fn by_webhook(fake: &Fake, channel: &str, text: &str) -> usize {
    let is_it = |content: &str| read(content).lines().last() == Some(text);
    let all = fake.texts(channel);
    all.iter().filter(|shown| shown.webhook.is_some() && shown.name == ANNA && is_it(&shown.content)).count()
}

/// How often an embed says this whose author is Anna.
fn by_embed(fake: &Fake, customer: &User, text: &str) -> usize {
    let all = fake.texts(&customer.direct());
    let embeds = all.iter().flat_map(|shown| &shown.embeds);
    let is_it = |embed: &&serde_json::Value| {
        embed["author"]["name"] == ANNA && embed["description"].as_str().map(read).as_deref() == Some(text)
    };
    embeds.filter(is_it).count()
}

/// Waits for the form that an interaction shows.
async fn form(shop: &Shop, interaction: &str) {
    let is_shown =
        |fake: &Fake| fake.pressed(interaction).callback.is_some_and(|callback| callback["type"] == 9);
    shop.until("the form is shown", is_shown).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_matter_of_a_server_is_answered_in_a_private_thread_under_the_agents_name() {
    let shop = Shop::with(Guild::forum, "matters = \"private_thread\"").await;
    let (code, out, error) = shop.home.run(&["check"]).await;
    assert_eq!(code, 0, "{out}{error}");
    let _bridge = shop.home.start();
    shop.until_connected().await;
    let lobby = shop.guild.text_channel("lobby");
    let (mia, noa) = (shop.discord.user("Mia Muster"), shop.discord.user("Noa"));
    shop.guild.join(&mia);
    shop.guild.join(&noa);
    shop.until_contact().await;

    // by the button and its form
    let published = shop.anna.command(&lobby, "contact-button", None, "en");
    shop.until("the button is there", |fake| fake.pressed(&published).callback.is_some()).await;
    let beneath = shop.anna.says(&lobby, "Press it.");
    let pressed = mia.presses(&lobby, &beneath, "open", "en");
    form(&shop, &pressed).await;
    mia.submits(&lobby, &pressed, &["Where is my parcel?"], "en");
    assert_eq!(shop.copy("Where is my parcel?").await.1.name, "Mia Muster");
    let thread = shop.discord.threads(&lobby)[0]["id"].as_str().unwrap().to_owned();
    mia.says(&thread, "It is blue.");
    let copy = shop.copy("It is blue.").await;

    let answer = shop.answers(&copy, "It left tody.");
    shop.until("she reads the answer", |fake| by_webhook(fake, &thread, "It left tody.") == 1).await;
    shop.until_marked(&copy.0, &answer, "✅").await;
    shop.anna.edits(&copy.0, &answer, "It left today.");
    shop.until("she reads the change", |fake| by_webhook(fake, &thread, "It left today.") == 1).await;

    // an answer that is lost on its way back
    let post = Which::next("POST", &format!("thread_id={thread}"));
    shop.discord.fail(post, Fault::AnswerLost);
    let lost = shop.answers(&copy, "And it is blue.");
    shop.until_marked(&copy.0, &lost, "✅").await;
    for (text, count) in [("It left tody.", 0), ("It left today.", 1), ("And it is blue.", 1)] {
        assert_eq!(by_webhook(&shop.discord, &thread, text), count, "{text}");
    }
    assert!(shop.discord.texts(&mia.direct()).is_empty(), "nothing is said to her elsewhere");

    // by the command: somebody else's matter has a place of its own
    noa.command(&lobby, "contact", Some(("text", "Mine is red.")), "en");
    let other = shop.copy("Mine is red.").await;
    assert_ne!(other.0, copy.0);
    let threads = shop.discord.threads(&lobby);
    let places: Vec<&str> = threads.iter().filter_map(|thread| thread["id"].as_str()).collect();
    let [first, second] = places.as_slice() else { panic!("{places:?}") };
    assert_eq!(*first, thread);
    let members = |place: &str| shop.discord.thread_members(place);
    assert!(!members(first).contains(&noa.id()) && !members(second).contains(&mia.id()));
    shop.answers(&other, "Red it is.");
    shop.until("she reads the answer", |fake| by_webhook(fake, second, "Red it is.") == 1).await;
    assert_eq!(by_webhook(&shop.discord, first, "Red it is."), 0);
    shop.assert_well();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_embed_names_the_agent_in_direct_messages() {
    let shop = Shop::with(Guild::forum, "persona = \"embed\"").await;
    let _bridge = shop.home.start();
    shop.until_connected().await;
    let mia = shop.discord.user("Mia");
    mia.dm("Where is my parcel?");
    let copy = shop.copy("Where is my parcel?").await;
    let answer = shop.answers(&copy, "It left tody.");
    shop.until("she reads the answer", |fake| by_embed(fake, &mia, "It left tody.") == 1).await;
    shop.until_marked(&copy.0, &answer, "✅").await;
    shop.anna.edits(&copy.0, &answer, "It left today.");
    shop.until("she reads the change", |fake| by_embed(fake, &mia, "It left today.") == 1).await;

    let post = Which::next("POST", &format!("/channels/{}/messages", mia.direct()));
    shop.discord.fail(post, Fault::AnswerLost);
    let lost = shop.answers(&copy, "It is blue.");
    shop.until_marked(&copy.0, &lost, "✅").await;
    for (text, count) in [("It left tody.", 0), ("It left today.", 1), ("It is blue.", 1)] {
        assert_eq!(by_embed(&shop.discord, &mia, text), count, "{text}");
    }
    // the name is nowhere that a customer could imitate it
    let texts = shop.discord.texts(&mia.direct());
    assert!(texts.iter().all(|shown| !shown.content.contains(ANNA)), "{texts:?}");
    shop.assert_well();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_team_in_a_text_channel_works_in_threads() {
    let shop = Shop::with(Guild::text_channel, "").await;
    let (code, out, error) = shop.home.run(&["check"]).await;
    assert_eq!(code, 0, "{out}{error}");
    let _bridge = shop.home.start();
    shop.until_connected().await;
    let mia = shop.discord.user("Mia");
    mia.dm("Where is my parcel?");
    let copy = shop.copy("Where is my parcel?").await;
    // the thread is below its card
    let card =
        |fake: &Fake| fake.message(&shop.forum, &copy.0).map(|card| read(&card.content)).unwrap_or_default();
    let name =
        |fake: &Fake| fake.channel(&copy.0).and_then(|topic| topic["name"].as_str().map(str::to_owned));
    let is_archived =
        |fake: &Fake| fake.channel(&copy.0).is_some_and(|topic| topic["thread_metadata"]["archived"] == true);
    assert!(card(&shop.discord).contains("Mia"), "{}", card(&shop.discord));
    assert!(name(&shop.discord).is_some_and(|name| name.starts_with("🟡")), "{:?}", name(&shop.discord));

    shop.anna.says(&copy.0, "!claim");
    shop.until("the card says who looks after it", |fake| card(fake).contains("Looked after by Anna")).await;
    let answer = shop.answers(&copy, "It left today.");
    shop.read(&mia, "It left today.").await;
    shop.until_marked(&copy.0, &answer, "✅").await;
    shop.until("the name shows the answer", |fake| name(fake).is_some_and(|name| name.starts_with("🟢")))
        .await;
    shop.anna.says(&copy.0, "!close");
    shop.until("it is archived", is_archived).await;
    assert!(name(&shop.discord).is_some_and(|name| name.starts_with("⚪")), "{:?}", name(&shop.discord));

    mia.dm("It is here, but it is red.");
    let again = shop.copy("It is here, but it is red.").await;
    assert_eq!(again.0, copy.0, "what was closed lately is opened again");
    shop.until("it is open again", |fake| !is_archived(fake) && card(fake).contains("Waiting")).await;
    shop.assert_well();
}
