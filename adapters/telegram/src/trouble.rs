//! What a failed request means for receiving. Pure.

use crate::client::Failure;
use std::time::Duration;

/// What becomes of the loop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The server does not take the token: for good.
    Credentials(String),
    /// Somebody else fetches the bot's updates.
    Conflict(String),
    /// Not now.
    Later {
        /// Why, for people.
        reason: String,
        /// The wait that the server asks for.
        after: Option<Duration>,
    },
}

/// What a failed request means.
pub(crate) fn of(failure: &Failure) -> Trouble {
    let later = |reason: String, after| Trouble::Later { reason, after };
    match failure {
        Failure::NotSent(why) | Failure::Lost(why) => later((*why).to_owned(), None),
        Failure::NoMethod(_) => later(failure.to_string(), None),
        Failure::Refused { code, description, retry_after, .. } => match code {
            // without the server's own words it may be a proxy in between
            401 | 404 if !failure.is_bare() => Trouble::Credentials(
                "Telegram does not know the bot's token; check the variable or file that the channel names, or ask \
                 @BotFather for a new token"
                    .to_owned(),
            ),
            409 => Trouble::Conflict(conflict(description)),
            429 => later(
                "Telegram asks to wait".to_owned(),
                Some(Duration::from_secs(retry_after.unwrap_or(30))),
            ),
            _ => later(format!("Telegram answered {code} {description}"), None),
        },
    }
}

fn conflict(description: &str) -> String {
    if description.contains("webhook") {
        return "Updates of this bot go to a webhook instead of here; remove it with deleteWebhook (without \
                drop_pending_updates, so that nothing is lost), and stop the program that sets it. If there is none, \
                another process fetches the updates: stop it."
            .to_owned();
    }
    "Another process fetches the updates of this bot; stop it, or give it a bot of its own. If there is none, a webhook \
     was set: remove it with deleteWebhook, without drop_pending_updates."
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(code: u16, description: &str, retry_after: Option<u64>) -> Failure {
        Failure::Refused { code, description: description.to_owned(), retry_after, migrate_to: None }
    }

    fn word(trouble: &Trouble) -> &'static str {
        match trouble {
            Trouble::Credentials(_) => "credentials",
            Trouble::Conflict(reason) if reason.starts_with("Updates of this bot go to a webhook") => {
                "webhook"
            }
            Trouble::Conflict(_) => "second",
            Trouble::Later { after: None, .. } => "later",
            Trouble::Later { .. } => "at a time",
        }
    }

    #[test]
    fn every_failure_has_its_way_on() {
        for (failure, wanted) in [
            (refused(401, "Unauthorized", None), "credentials"),
            (refused(404, "Not Found", None), "credentials"),
            (refused(404, "HTTP status 404", None), "later"),
            (refused(403, "Forbidden: something", None), "later"),
            (
                refused(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one",
                    None,
                ),
                "second",
            ),
            (refused(409, "Conflict: can't use getUpdates method while webhook is active", None), "webhook"),
            (refused(429, "Too Many Requests: retry after 7", Some(7)), "at a time"),
            (refused(502, "HTTP status 502", None), "later"),
            (refused(500, "Internal Server Error", None), "later"),
            (Failure::Lost("no answer in time"), "later"),
            (Failure::NotSent("the server cannot be reached"), "later"),
        ] {
            assert_eq!(word(&of(&failure)), wanted, "{failure:?}");
        }
        let wait = of(&refused(429, "Too Many Requests: retry after 7", Some(7)));
        let wanted = Trouble::Later {
            reason: "Telegram asks to wait".to_owned(),
            after: Some(Duration::from_secs(7)),
        };
        assert_eq!(wait, wanted);
    }
}
