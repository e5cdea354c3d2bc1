//! What is said of threads, messages, replies and commands.

macro_rules! relay {
    ({ $($before:tt)* } $($areas:ident)*) => {
        every! { {
            $($before)*
            /// The card's line on who writes and where. First line of a topic.
            CardCustomer = "card-customer" { customer: String = "Mia", number: u64 = 17_u64, channel: String = "matrix-shop" },
            /// The card's line on the state: waiting since when.
            CardWaiting = "card-waiting" { since: String = "2026-03-02 14:05" },
            /// The card's line on the state: answered.
            CardAnswered = "card-answered" {},
            /// The card's line on the state: closed.
            CardClosed = "card-closed" {},
            /// The card's line on who looks after it.
            CardAssignee = "card-assignee" { agent: String = "Anna" },
            /// The card's line on nobody looking after it.
            CardUnassigned = "card-unassigned" {},
            /// The card's line on what came before: an earlier thread of the same customer.
            CardPrevious = "card-previous" { previous: u64 = 12_u64, count: u64 = 3_u64 },
            /// The card's line for a customer who is new.
            CardNew = "card-new" {},
            /// The card's line on how to answer, in `explicit` mode.
            CardHowExplicit = "card-how-explicit" { prefix: String = "!" },
            /// The card's line on how to answer, in `direct` and `confirm` mode.
            CardHowDirect = "card-how-direct" { prefix: String = "!" },
            /// A topic's name.
            TopicTitle = "topic-title" { customer: String = "Mia", number: u64 = 17_u64 },
            /// What stands for a customer without a usable name.
            NamelessCustomer = "nameless-customer" {},
            /// Marks a customer whose name reads like an agent's.
            CustomerNamedLikeAgent = "customer-named-like-agent" { name: String = "Anna (Support)" },
            /// The first post after a lost topic was opened anew.
            TopicRecreated = "topic-recreated" { number: u64 = 17_u64 },
            /// The chat or group goes on elsewhere.
            ChatMoved = "chat-moved" {},
            /// An unknown account tried to answer or to command.
            UnknownAgent = "unknown-agent" { account: String = "@eve:example.org", platform: String = "matrix" },
            /// A reply was refused by the customer's platform; later ones may pass.
            ReplyRefused = "reply-refused" { reason: String = "the text is too long" },
            /// A reply was refused because nothing reaches this customer at the moment.
            ReplyWedged = "reply-wedged" { reason: String = "the customer left the room", prefix: String = "!" },
            /// The answer to a send was lost and nothing tells whether it arrived.
            ReplyUnknown = "reply-unknown" { prefix: String = "!" },
            /// A customer's message could not be shown in the topic.
            CopyRefused = "copy-refused" { reason: String = "the text is too long", prefix: String = "!" },
            /// Customer's messages may be missing in the topic.
            CopyUnknown = "copy-unknown" { count: u64 = 1_u64, prefix: String = "!" },
            /// Stands before what the bridge says to the team once more, because the first may be lost.
            SaidAgain = "said-again" {},
            /// What was set aside is being sent again.
            Retrying = "retrying" { count: u64 = 2_u64 },
            /// There is nothing to send again.
            NothingToRetry = "nothing-to-retry" {},
            /// Somebody took the thread.
            Claimed = "claimed" { agent: String = "Anna" },
            /// Somebody gave the thread to somebody.
            Assigned = "assigned" { agent: String = "Bernd", by: String = "Anna" },
            /// The thread already is this agent's.
            AlreadyAssigned = "already-assigned" { agent: String = "Anna" },
            /// Nobody looks after the thread any more.
            Released = "released" { by: String = "Anna" },
            /// Nobody looked after the thread anyway.
            NotAssigned = "not-assigned" {},
            /// The thread was closed.
            Closed = "closed" { by: String = "Anna" },
            /// The thread was closed before.
            AlreadyClosed = "already-closed" {},
            /// An agent reopened the thread.
            Reopened = "reopened" { by: String = "Anna" },
            /// The customer wrote again and reopened the thread.
            ReopenedByCustomer = "reopened-by-customer" {},
            /// The thread was open anyway.
            AlreadyOpen = "already-open" {},
            /// A newer thread of the same customer makes reopening senseless.
            ReplacedBy = "replaced-by" { number: u64 = 21_u64 },
            /// `assign` named somebody who is not configured.
            NoSuchAgent = "no-such-agent" { name: String = "ana", known: String = "Anna, Bernd" },
            /// `who`: the customer.
            WhoCustomer = "who-customer" { customer: String = "Mia", number: u64 = 17_u64, channel: String = "matrix-shop", account: String = "@mia:example.org" },
            /// `who`: since when, and how often before.
            WhoSince = "who-since" { opened: String = "2026-03-02 14:05", count: u64 = 3_u64 },
            /// `who`: you.
            WhoYou = "who-you" { agent: String = "Anna", role: String = "agent" },
            /// The head of `history`.
            HistoryHead = "history-head" { number: u64 = 17_u64 },
            /// `history` shows only the newest.
            HistoryMore = "history-more" { count: u64 = 30_u64 },
            /// A customer's message in `history`.
            HistoryCustomer = "history-customer" { at: String = "2026-03-02 14:05", name: String = "Mia", text: String = "Hello" },
            /// A customer's new version of a message in `history`.
            HistoryEdited = "history-edited" { at: String = "2026-03-02 14:05", name: String = "Mia", text: String = "Hello" },
            /// A customer's deletion in `history`.
            HistoryDeleted = "history-deleted" { at: String = "2026-03-02 14:05", name: String = "Mia" },
            /// A delivered reply in `history`.
            HistoryReply = "history-reply" { at: String = "2026-03-02 14:05", name: String = "Anna", text: String = "Hello" },
            /// A reply in `history` that is not (certainly) delivered.
            HistoryUndelivered = "history-undelivered" { at: String = "2026-03-02 14:05", name: String = "Anna", text: String = "Hello" },
            /// A note in `history`.
            HistoryNote = "history-note" { at: String = "2026-03-02 14:05", name: String = "Anna", text: String = "Hello" },
            /// `history` of a thread without messages.
            HistoryEmpty = "history-empty" {},
            /// The head of `list`.
            ListHead = "list-head" { count: u64 = 4_u64 },
            /// A thread in `list` that waits for an answer.
            ListWaiting = "list-waiting" { number: u64 = 17_u64, customer: String = "Mia", age: String = "2 h 05 min", assignee: String = "Anna" },
            /// A thread in `list` that is answered.
            ListAnswered = "list-answered" { number: u64 = 17_u64, customer: String = "Mia", assignee: String = "–" },
            /// There are more open threads than shown.
            ListMore = "list-more" { shown: u64 = 50_u64 },
            /// No thread is open.
            ListEmpty = "list-empty" {},
            /// The head of `help`.
            HelpHead = "help-head" { prefix: String = "!" },
            /// How to answer and how to keep a note, in `explicit` mode.
            HelpExplicit = "help-explicit" { prefix: String = "!" },
            /// How to answer and how to keep a note, in `direct` mode.
            HelpDirect = "help-direct" { prefix: String = "!" },
            /// How to answer and how to keep a note, in `confirm` mode.
            HelpConfirm = "help-confirm" { prefix: String = "!", seconds: u64 = 10_u64 },
            /// One command: `r`.
            HelpReply = "help-r" { prefix: String = "!" },
            /// One command: `note`.
            HelpNote = "help-note" { prefix: String = "!" },
            /// One command: `claim`.
            HelpClaim = "help-claim" { prefix: String = "!" },
            /// One command: `assign`.
            HelpAssign = "help-assign" { prefix: String = "!" },
            /// One command: `release`.
            HelpRelease = "help-release" { prefix: String = "!" },
            /// One command: `close`.
            HelpClose = "help-close" { prefix: String = "!" },
            /// One command: `reopen`.
            HelpReopen = "help-reopen" { prefix: String = "!" },
            /// One command: `who`.
            HelpWho = "help-who" { prefix: String = "!" },
            /// One command: `history`.
            HelpHistory = "help-history" { prefix: String = "!" },
            /// One command: `list`.
            HelpList = "help-list" { prefix: String = "!" },
            /// One command: `retry`.
            HelpRetry = "help-retry" { prefix: String = "!" },
            /// One command: `stop`.
            HelpStop = "help-stop" { prefix: String = "!" },
            /// One command: `help`.
            HelpHelp = "help-help" { prefix: String = "!" },
            /// A word after the prefix that is no command, with a guess.
            UnknownCommandMeant = "unknown-command-meant" { word: String = "!clam", meant: String = "!claim" },
            /// A word after the prefix that is no command.
            UnknownCommand = "unknown-command" { word: String = "!xyzzy", prefix: String = "!" },
            /// A command lacks its argument.
            MissingArgument = "missing-argument" { usage: String = "!assign @name" },
            /// A command that belongs into a topic was given elsewhere.
            NeedsTopic = "needs-topic" { word: String = "!claim" },
            /// A reply without text.
            EmptyReply = "empty-reply" {},
            /// A reply answers a message that nobody knows.
            ReplyTargetUnknown = "reply-target-unknown" { prefix: String = "!" },
            /// In `confirm` mode: the reply goes out after the grace period.
            ReplyHeld = "reply-held" { seconds: u64 = 10_u64, prefix: String = "!" },
            /// `stop` held back what had not gone out.
            Stopped = "stopped" { count: u64 = 1_u64 },
            /// `stop` came too late or for nothing.
            NothingToStop = "nothing-to-stop" {},
            /// The customer changed a message.
            CustomerEdited = "customer-edited" { text: String = "Hello" },
            /// The customer took a message back.
            CustomerDeleted = "customer-deleted" { prefix: String = "!" },
            /// A message of a kind that is not carried.
            Unsupported = "unsupported" { what: String = "m.image" },
            /// A message of a kind that is not carried, with the text that came with it.
            UnsupportedWithText = "unsupported-with-text" { what: String = "m.image", text: String = "Hello" },
            /// A message that could not be decrypted.
            Undecryptable = "undecryptable" {},
            /// The customer left or blocked the chat.
            CustomerGone = "customer-gone" {},
            /// Messages may be missing.
            Gap = "gap" {},
            /// An agent changed a reply that never arrived.
            EditNotCarried = "edit-not-carried" {},
            /// An agent took back a reply of which nobody knows whether it arrived.
            DeleteNotCarried = "delete-not-carried" {},
            /// An agent changed a note into what would have been a reply.
            NoteStaysNote = "note-stays-note" {},
            /// An agent changed a reply into what would have been a note or a command.
            ReplyStaysReply = "reply-stays-reply" {},
            /// The customer's platform does not change a reply.
            EditRefused = "edit-refused" { reason: String = "the message is too old" },
            /// The customer's platform does not take a reply back.
            TakingBackRefused = "taking-back-refused" { reason: String = "the message is too old" },
            /// A change of a reply may not have arrived.
            ChangeUnknown = "change-unknown" {},
            /// The customer does not see a reply any more.
            ReplyTakenBack = "reply-taken-back" {},
            /// A file of a customer's message cannot be shown.
            FileNotCarried = "file-not-carried" { reason: String = "the file is too large" },
            /// To the customer: a file did not reach the team.
            ToCustomerFileNotCarried = "to-customer-file-not-carried" { reason: String = "the file is too large" },
            /// An agent's reply goes out without its files.
            ReplyWithoutFile = "reply-without-file" { reason: String = "the file is too large" },
            /// An agent's reply was nothing but files that cannot be carried.
            ReplyFileNotCarried = "reply-file-not-carried" { reason: String = "the file is too large" },
            /// To the customer: a file of an agent's reply does not come.
            ToCustomerReplyFileNotCarried = "to-customer-reply-file-not-carried" { agent: String = "Anna (Support)", reason: String = "the file is too large" },
            /// A file that the bridge made cannot be posted; stands under what was said with it.
            MadeFileNotPosted = "made-file-not-posted" { reason: String = "the file is too large" },
            /// A reason: a platform cannot do this.
            CauseNotPossible = "cause-not-possible" {},
            /// A reason: a file is too large.
            CauseFileTooLarge = "cause-file-too-large" {},
            /// A reason: a file is not there any more.
            CauseFileGone = "cause-file-gone" {},
            /// A reason: a file is not what it says it is, or not allowed.
            CauseFileRefused = "cause-file-refused" {},
            /// A line of the history: an agent changed a reply.
            HistoryReplyEdited = "history-reply-edited" { at: String = "2026-03-02 14:05", name: String = "Anna", text: String = "It left today." },
            /// A line of the history: an agent took a reply back.
            HistoryReplyTakenBack = "history-reply-taken-back" { at: String = "2026-03-02 14:05", name: String = "Anna" },
            /// An agent sent something of a kind that is not carried as a reply.
            ReplyUnsupported = "reply-unsupported" { what: String = "m.image" },
            /// An agent wrote something in a topic that could not be decrypted.
            ReplyUndecryptable = "reply-undecryptable" {},
            /// A phrase on what a platform shows by itself: a command, its text, a button, an answer to a press.
            Native = "native" { phrase: String = "contact" },
            /// Told whoever opened a matter; `place` is where it goes on.
            NativeOpened = "native-opened" { place: String = "#mia-17" },
            /// An agent wrote without a name.
            ReplyNameless = "reply-nameless" {},
            /// To a customer who opened a chat and has not written yet.
            ToCustomerGreeting = "to-customer-greeting" {},
            /// The link by which a customer came, on the card.
            CardCameBy = "card-came-by" { payload: String = "pricing-page" },
            /// To a customer: this kind of message did not get through.
            ToCustomerUnsupported = "to-customer-unsupported" {},
            /// To a customer: the message could not be decrypted.
            ToCustomerUndecryptable = "to-customer-undecryptable" {},
            /// To a customer: messages may be missing.
            ToCustomerGap = "to-customer-gap" {},
        } $($areas)* }
    };
}
