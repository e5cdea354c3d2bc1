//! What an adapter must do with what its platform says.

use super::shell::{clock, now, text_of};
use super::{NotShown, Shell, Verdict, ensure};
use crate::adapter::{AdapterError, Health};
use crate::ids::MessageId;
use crate::inbound::{Inbound, InboundKind};
use jiff::SignedDuration;
use tokio::time::timeout;

/// How many messages a burst has.
const BURST: usize = 50;

/// `health` says so while `run` receives.
pub(super) async fn a_running_adapter_is_connected(shell: &mut Shell<'_>) -> Verdict {
    let mut health = shell.adapter.health();
    let connected = health.wait_for(|health| *health == Health::Connected);
    let connected = timeout(shell.rig.patience(), connected).await.is_ok_and(|health| health.is_ok());
    ensure(connected, || format!("a running adapter says {:?}", shell.adapter.health().borrow()))
}

/// Everything the desk needs to know about a message is there, and it comes once within one run.
pub(super) async fn a_customers_message_comes_in_once_with_text_author_and_time(
    shell: &mut Shell<'_>,
) -> Verdict {
    let (mark, text, next) = (shell.mark(), shell.word("hello"), shell.word("and then"));
    shell.rig.customer_writes(&text).await;
    let inbound = shell.hear_text(mark, &text).await?;
    ensure(inbound.chat == shell.rig.customer_chat(), || format!("it came from {:?}", inbound.chat))?;
    ensure(inbound.topic.is_none(), || "a customer's message is in a topic".to_owned())?;
    ensure(!inbound.message.as_str().is_empty(), || "the message has no id".to_owned())?;
    ensure(!inbound.author.account.as_str().is_empty(), || "the author has no account".to_owned())?;
    ensure(!inbound.author.name.is_empty(), || "the author has no name".to_owned())?;
    ensure(!inbound.author.is_bot, || "a person was taken for a program".to_owned())?;
    let age = clock().duration_since(inbound.at).abs();
    ensure(age < SignedDuration::from_hours(1), || format!("its time is {age} off"))?;
    shell.rig.customer_writes(&next).await;
    shell.hear_text(mark, &next).await?;
    let times = shell.heard_since(mark).iter().filter(|inbound| text_of(inbound) == Some(&text)).count();
    ensure(times == 1, || format!("it came {times} times"))
}

/// No markup is read into a text, and none is taken out of it.
pub(super) async fn a_text_comes_in_letter_for_letter(shell: &mut Shell<'_>) -> Verdict {
    let mark = shell.mark();
    let word = shell.word("two lines");
    let text = format!("{word}\n<b>*not bold*</b> & \"quoted\" `tick` @room 👩‍👩‍👧 é ß 李");
    shell.rig.customer_writes(&text).await;
    let inbound = shell.hear(mark, "a text with signs in it", |inbound| {
        text_of(inbound).is_some_and(|text| text.contains(&word))
    });
    let inbound = inbound.await?;
    ensure(text_of(&inbound) == Some(&text), || format!("it came as {:?}", text_of(&inbound)))
}

/// A batch that was lost with the process comes again, under the same id.
pub(super) async fn what_was_not_kept_comes_again(shell: &mut Shell<'_>) -> Verdict {
    let (mark, text) = (shell.mark(), shell.word("lost"));
    shell.start(Some(text.clone())).await;
    shell.rig.customer_writes(&text).await;
    let lost = shell.hear_text(mark, &text).await?;
    let ended = shell.ending().await;
    ensure(matches!(ended, Some(Err(AdapterError::Stopped))), || {
        format!("a dead intake ended the run with {ended:?}")
    })?;
    let mark = shell.mark();
    shell.resume().await;
    let again = shell.hear_text(mark, &text).await?;
    ensure(again.message == lost.message, || {
        format!("{:?} came again as {:?}", lost.message, again.message)
    })?;
    ensure(again.at == lost.at, || format!("the time changed from {} to {}", lost.at, again.at))
}

/// What was written while nobody listened comes in later, in order.
pub(super) async fn nothing_between_two_runs_is_lost(shell: &mut Shell<'_>) -> Verdict {
    backfills(shell)?;
    let texts = [shell.word("before"), shell.word("between"), shell.word("between")];
    let mark = shell.mark();
    shell.rig.customer_writes(&texts[0]).await;
    shell.hear_text(mark, &texts[0]).await?;
    shell.end().await;
    for text in &texts[1..] {
        shell.rig.customer_writes(text).await;
    }
    shell.resume().await;
    shell.hear_text(mark, &texts[2]).await?;
    let order = first_order(&shell.heard_since(mark), &texts);
    ensure(order == texts, || format!("{order:?} came in"))
}

/// Order holds within a chat.
pub(super) async fn a_burst_keeps_its_order(shell: &mut Shell<'_>) -> Verdict {
    let mark = shell.mark();
    let texts: Vec<_> = (0..BURST).map(|_| shell.word("burst")).collect();
    for text in &texts {
        shell.rig.customer_writes(text).await;
    }
    for text in &texts {
        shell.hear_text(mark, text).await?;
    }
    let order = first_order(&shell.heard_since(mark), &texts);
    ensure(order == texts, || format!("the order was {order:?}"))
}

/// Kept cursors are exact: what comes after the last kept batch comes again, nothing is skipped.
pub(super) async fn a_crash_within_a_burst_loses_nothing(shell: &mut Shell<'_>) -> Verdict {
    backfills(shell)?;
    shell.end().await;
    let texts: Vec<_> = (0..BURST).map(|_| shell.word("half")).collect();
    for text in &texts {
        shell.rig.customer_writes(text).await;
    }
    let mark = shell.mark();
    shell.start(texts.get(BURST / 2).cloned()).await;
    shell.ending().await;
    shell.resume().await;
    for text in &texts {
        shell.hear_text(mark, text).await?;
    }
    let heard = shell.heard_since(mark);
    let order = first_order(&heard, &texts);
    ensure(order == texts, || format!("the order was {order:?}"))?;
    let mut ids: Vec<_> = heard.iter().filter(|inbound| text_of(inbound).is_some()).collect();
    ids.sort_by_key(|inbound| (text_of(inbound), inbound.message.clone()));
    ids.dedup_by_key(|inbound| inbound.message.clone());
    let distinct =
        ids.iter().filter(|inbound| texts.iter().any(|text| text_of(inbound) == Some(text))).count();
    ensure(distinct == BURST, || format!("{BURST} messages came under {distinct} ids"))
}

/// An edit carries the message's own id and a version that grows.
pub(super) async fn an_edit_names_its_message_and_grows_its_version(shell: &mut Shell<'_>) -> Verdict {
    let (mark, text) = (shell.mark(), shell.word("first"));
    shell.rig.customer_writes(&text).await;
    let message = shell.hear_text(mark, &text).await?.message;
    let mut last = 0;
    for wanted in [shell.word("second"), shell.word("third")] {
        if !shell.rig.customer_edits(&message, &wanted).await {
            return Err(NotShown::DoesNotApply("the customer cannot edit".to_owned()));
        }
        let edit = shell.hear(
            mark,
            "an edit",
            |inbound| matches!(&inbound.kind, InboundKind::Edit { content } if content.text.text() == wanted),
        );
        let edit = edit.await?;
        ensure(edit.message == message, || format!("the edit names {:?}, not {message:?}", edit.message))?;
        ensure(edit.version > last, || format!("the version went from {last} to {}", edit.version))?;
        last = edit.version;
    }
    Ok(())
}

/// A deletion carries the id of the message that was taken back.
pub(super) async fn a_deletion_names_its_message(shell: &mut Shell<'_>) -> Verdict {
    let (mark, text) = (shell.mark(), shell.word("regretted"));
    shell.rig.customer_writes(&text).await;
    let message = shell.hear_text(mark, &text).await?.message;
    if !shell.rig.customer_deletes(&message).await {
        return Err(NotShown::DoesNotApply("the customer cannot delete".to_owned()));
    }
    let deletion = shell.hear(mark, "a deletion", |inbound| inbound.kind == InboundKind::Delete).await?;
    ensure(deletion.message == message, || {
        format!("the deletion names {:?}, not {message:?}", deletion.message)
    })
}

/// A note in a topic, or a command in the team chat, is not taken for a reply, even right after another message.
pub(super) async fn a_plain_message_of_an_agent_answers_nothing(shell: &mut Shell<'_>) -> Verdict {
    let mark = shell.mark();
    if shell.rig.room_takes_messages() {
        a_plain_message_in_the_room_answers_nothing(shell).await?;
    }
    let topic = topic(shell).await?;
    for _ in 0..2 {
        let in_topic = shell.word("a note");
        shell.rig.agent_writes(Some(&topic), &in_topic, None).await;
        let inbound = shell.hear_text(mark, &in_topic).await?;
        ensure(inbound.topic.as_ref() == Some(&topic), || {
            format!("it came in {:?}, not {topic:?}", inbound.topic)
        })?;
        ensure(reply_of(&inbound).is_none(), || "a note was taken for a reply".to_owned())?;
        ensure(!inbound.author.is_bot, || "an agent was taken for a program".to_owned())?;
    }
    Ok(())
}

async fn a_plain_message_in_the_room_answers_nothing(shell: &mut Shell<'_>) -> Verdict {
    let (mark, in_room) = (shell.mark(), shell.word("to the room"));
    shell.rig.agent_writes(None, &in_room, None).await;
    let inbound = shell.hear_text(mark, &in_room).await?;
    ensure(inbound.chat == shell.rig.team_room(), || format!("it came from {:?}", inbound.chat))?;
    ensure(inbound.topic.is_none(), || "a message outside every topic has one".to_owned())?;
    ensure(reply_of(&inbound).is_none(), || "a plain message answers one".to_owned())?;
    ensure(!inbound.author.is_bot, || "an agent was taken for a program".to_owned())
}

/// A reply to the copy of a customer's message names exactly that copy.
pub(super) async fn a_deliberate_reply_names_the_message_it_answers(shell: &mut Shell<'_>) -> Verdict {
    let topic = topic(shell).await?;
    let (room, mark) = (shell.rig.team_room(), shell.mark());
    let mut copies = Vec::new();
    for _ in 0..2 {
        let text = shell.word("a question");
        let post = shell.post("customer-1", "Carla Customer", &text);
        copies.extend(shell.send(room.clone(), Some(&topic), post).await?);
    }
    for copy in &copies {
        let answer = shell.word("an answer");
        shell.rig.agent_writes(Some(&topic), &answer, Some(copy)).await;
        let inbound = shell.hear_text(mark, &answer).await?;
        ensure(reply_of(&inbound) == Some(copy), || {
            format!("it answers {:?}, not {copy:?}", reply_of(&inbound))
        })?;
        ensure(inbound.topic.as_ref() == Some(&topic), || {
            format!("it came in {:?}, not {topic:?}", inbound.topic)
        })?;
    }
    Ok(())
}

/// What the bridge posts is not heard as if somebody had said it.
pub(super) async fn the_bridges_own_messages_never_come_back(shell: &mut Shell<'_>) -> Verdict {
    let topic = topic(shell).await?;
    let (mark, ours) = (shell.mark(), shell.word("by the bridge"));
    let mut ids = Vec::new();
    for (chat, topic) in [(shell.rig.customer_chat(), None), (shell.rig.team_room(), Some(&topic))] {
        let post = shell.post("agent-1", "Anna (Support)", &ours);
        ids.extend(shell.send(chat, topic, post).await?);
    }
    let (theirs, agents) = (shell.word("by the customer"), shell.word("by the agent"));
    shell.rig.customer_writes(&theirs).await;
    shell.rig.agent_writes(Some(&topic), &agents, None).await;
    shell.hear_text(mark, &theirs).await?;
    shell.hear_text(mark, &agents).await?;
    let echo = shell.heard_since(mark).into_iter().find(|inbound| {
        ids.contains(&inbound.message) || text_of(inbound).is_some_and(|text| text.contains(&ours))
    });
    ensure(echo.is_none(), || format!("the bridge heard itself: {echo:?}"))
}

/// `run` comes back soon after it was told to.
pub(super) async fn a_stopped_adapter_ends_promptly(shell: &mut Shell<'_>) -> Verdict {
    let began = now();
    let ended = shell.end().await;
    let took = began.elapsed();
    let well = matches!(ended, Some(Ok(()) | Err(AdapterError::Stopped)));
    ensure(well, || format!("a stopped adapter ended with {ended:?}"))?;
    ensure(took.as_secs() < 5, || format!("it took {took:?}"))
}

/// Without anybody to keep a message, `run` ends as stopped instead of dropping it.
pub(super) async fn an_adapter_that_nobody_keeps_for_ends(shell: &mut Shell<'_>) -> Verdict {
    let text = shell.word("to nobody");
    shell.start_unheard().await;
    shell.rig.customer_writes(&text).await;
    let ended = shell.ending().await;
    ensure(matches!(ended, Some(Err(AdapterError::Stopped))), || format!("the run ended with {ended:?}"))
}

/// After a run with nobody to keep for, the next one starts where the last kept one ended.
pub(super) async fn what_nobody_kept_for_comes_again(shell: &mut Shell<'_>) -> Verdict {
    backfills(shell)?;
    let (mark, text) = (shell.mark(), shell.word("to nobody, again"));
    shell.start_unheard().await;
    shell.rig.customer_writes(&text).await;
    shell.ending().await;
    shell.resume().await;
    shell.hear_text(mark, &text).await?;
    Ok(())
}

fn backfills(shell: &Shell<'_>) -> Verdict {
    if shell.adapter.capabilities(&shell.rig.customer_chat()).backfill {
        return Ok(());
    }
    Err(NotShown::DoesNotApply("the platform keeps nothing for later".to_owned()))
}

/// A topic of its own for a check.
async fn topic(shell: &mut Shell<'_>) -> Result<crate::TopicId, NotShown> {
    super::sending::has_topics(shell)?;
    let (title, card) = (shell.word("Topic"), shell.word("card"));
    shell.open_topic(&title, &card).await
}

fn reply_of(inbound: &Inbound) -> Option<&MessageId> {
    if let InboundKind::Message { reply_to, .. } = &inbound.kind { reply_to.as_ref() } else { None }
}

/// The wanted texts in the order in which each came first.
fn first_order(heard: &[Inbound], wanted: &[String]) -> Vec<String> {
    let mut order: Vec<String> = Vec::new();
    for text in heard.iter().filter_map(text_of) {
        if wanted.iter().any(|wanted| wanted == text) && !order.iter().any(|seen| seen == text) {
            order.push(text.to_owned());
        }
    }
    order
}
