//! All of them, in the order in which they came to be said.

use super::{Arg, ToArg as _};

sentences! {
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
    /// The card's line on until when an answer is due.
    CardDue = "card-due" { due: String = "2026-03-02 18:05", policy: String = "standard" },
    /// The card's line on an answer that is past due.
    CardOverdue = "card-overdue" { due: String = "2026-03-02 18:05", policy: String = "standard" },
    /// The card's line on a clock that stands.
    CardPaused = "card-paused" { until: String = "2026-03-03 09:00" },
    /// The card's line on tags.
    CardTags = "card-tags" { tags: String = "complaint" },
    /// The card's line on a priority that is not the normal one.
    CardPriority = "card-priority" { priority: String = "high" },
    /// A thread in `list` whose answer is past due.
    ListOverdue = "list-overdue" { number: u64 = 17_u64, customer: String = "Mia", age: String = "2 h 05 min", over: String = "5 min", assignee: String = "Anna" },
    /// A thread in `list` whose answer has a due time.
    ListDue = "list-due" { number: u64 = 17_u64, customer: String = "Mia", age: String = "2 h 05 min", left: String = "1 h 55 min", assignee: String = "Anna" },
    /// One command: `snooze`.
    HelpSnooze = "help-snooze" { prefix: String = "!" },
    /// One command: `wait`.
    HelpWait = "help-wait" { prefix: String = "!" },
    /// One command: `resume`.
    HelpResume = "help-resume" { prefix: String = "!" },
    /// One command: `noreply`.
    HelpNoReply = "help-noreply" { prefix: String = "!" },
    /// One command: `priority`.
    HelpPriority = "help-priority" { prefix: String = "!" },
    /// One command: `tag`.
    HelpTag = "help-tag" { prefix: String = "!" },
    /// One command: `policy`.
    HelpPolicy = "help-policy" { prefix: String = "!" },
    /// One command: `segment`.
    HelpSegment = "help-segment" { prefix: String = "!" },
    /// One command: `why`.
    HelpWhy = "help-why" { prefix: String = "!" },
    /// An answer will be due.
    WarnResponse = "warn-response" { customer: String = "Mia", number: u64 = 17_u64, since: String = "2026-03-02 14:05", due: String = "2026-03-02 18:05", left: String = "35 min", about: String = "Where is my parcel?" },
    /// A thread will have to be closed.
    WarnResolution = "warn-resolution" { customer: String = "Mia", number: u64 = 17_u64, since: String = "2026-03-02 14:05", due: String = "2026-03-02 18:05", left: String = "35 min", about: String = "Where is my parcel?" },
    /// An answer is past due.
    OverdueResponse = "overdue-response" { customer: String = "Mia", number: u64 = 17_u64, since: String = "2026-03-02 14:05", due: String = "2026-03-02 18:05", over: String = "5 min", about: String = "Where is my parcel?" },
    /// A thread should be closed by now.
    OverdueResolution = "overdue-resolution" { customer: String = "Mia", number: u64 = 17_u64, since: String = "2026-03-02 14:05", due: String = "2026-03-02 18:05", over: String = "5 min", about: String = "Where is my parcel?" },
    /// The customer said thanks after the closing.
    ThanksAfterClosing = "thanks-after-closing" { prefix: String = "!" },
    /// A snooze is over.
    SnoozeOver = "snooze-over" { due: String = "2026-03-02 18:05" },
    /// The customer did not write for too long.
    WaitOver = "wait-over" { due: String = "2026-03-02 18:05" },
    /// A claim without an answer went back to the team.
    ClaimExpired = "claim-expired" { agent: String = "Anna" },
    /// A time was not understood.
    NoSuchTime = "no-such-time" { text: String = "soonish" },
    /// No clock could be stopped.
    NothingToPause = "nothing-to-pause" {},
    /// The clock stands until a time.
    Snoozed = "snoozed" { until: String = "2026-03-03 09:00" },
    /// The clock stands until the customer writes.
    WaitsForCustomer = "waits-for-customer" { until: String = "2026-03-09 14:05" },
    /// No clock stands.
    NothingToResume = "nothing-to-resume" {},
    /// The clock goes on.
    Resumed = "resumed" {},
    /// No answer is needed.
    NoReplyNoted = "no-reply-noted" {},
    /// No answer was owed anyway.
    NothingOwed = "nothing-owed" {},
    /// A word that is no priority.
    NoSuchPriority = "no-such-priority" { word: String = "highest", known: String = "low, normal, high, urgent" },
    /// How urgent the thread is now.
    PriorityIs = "priority-is" { priority: String = "high" },
    /// A word that cannot be a tag.
    NoTag = "no-tag" { word: String = "a/b" },
    /// A thread has too many tags.
    ManyTags = "many-tags" { max: u64 = 20_u64 },
    /// The tags of the thread now.
    TagsAre = "tags-are" { tags: String = "complaint, refund" },
    /// The thread has no tags now.
    NoTags = "no-tags" {},
    /// A word that is no policy.
    NoSuchPolicy = "no-such-policy" { name: String = "gold", known: String = "complaints, standard" },
    /// Which policy holds now.
    PolicyIs = "policy-is" { policy: String = "complaints" },
    /// No policy holds.
    PolicyNone = "policy-none" {},
    /// What kind of customer this is now.
    SegmentIs = "segment-is" { segment: String = "vip" },
    /// The customer is of no particular kind now.
    SegmentNone = "segment-none" {},
    /// When it is due now.
    NowDue = "now-due" { due: String = "2026-03-02 18:05", policy: String = "standard" },
    /// The head of `why`.
    WhyHead = "why-head" { number: u64 = 17_u64 },
    /// One event in `why`.
    WhyLine = "why-line" { at: String = "2026-03-02 14:05", what: String = "the clock started" },
    /// `why` of a thread without any.
    WhyNothing = "why-nothing" {},
    /// No clock runs now.
    WhyNoClock = "why-no-clock" {},
    /// A clock stands now.
    WhyStands = "why-stands" { what: String = "first answer", until: String = "2026-03-03 09:00" },
    /// When it is due now, and by which calendar.
    WhyDue = "why-due" { what: String = "first answer", due: String = "2026-03-02 18:05", calendar: String = "office" },
    /// A clock's name.
    ClockFirstResponse = "clock-first-response" {},
    /// A clock's name.
    ClockNextResponse = "clock-next-response" {},
    /// A clock's name.
    ClockResolution = "clock-resolution" {},
    /// A reason.
    WhyWaitingForCustomer = "why-waiting-for-customer" {},
    /// A reason.
    WhySnoozed = "why-snoozed" {},
    /// A reason.
    WhyPauseOver = "why-pause-over" {},
    /// A reason.
    WhyCustomerWrote = "why-customer-wrote" {},
    /// A reason.
    WhyAsked = "why-asked" {},
    /// A reason.
    WhyClosed = "why-closed" {},
    /// A reason.
    WhyNoReplyNeeded = "why-no-reply-needed" {},
    /// A reason.
    WhyCaseChanged = "why-case-changed" {},
    /// A reason.
    WhyPolicyChosen = "why-policy-chosen" {},
    /// A reason.
    WhyPolicyChanged = "why-policy-changed" {},
    /// A clock began.
    WhyStarted = "why-started" { what: String = "first answer", since: String = "2026-03-02 14:05", policy: String = "standard", allowed: String = "4 h 00 min", calendar: String = "office", due: String = "2026-03-02 18:05" },
    /// A clock was stopped.
    WhyPaused = "why-paused" { what: String = "first answer", by: String = "Anna", reason: String = "snoozed", until: String = "2026-03-03 09:00" },
    /// A clock went on.
    WhyResumed = "why-resumed" { what: String = "first answer", reason: String = "the pause was over", due: String = "2026-03-03 10:05" },
    /// A clock was counted anew.
    WhyMoved = "why-moved" { what: String = "first answer", policy: String = "complaints", reason: String = "tags, priority, language or segment changed", by: String = "Anna", due: String = "2026-03-02 15:05" },
    /// Somebody was told.
    WhyTold = "why-told" { what: String = "first answer", percent: u64 = 80_u64, who: String = "the team" },
    /// A clock was breached.
    WhyBreached = "why-breached" { what: String = "first answer", due: String = "2026-03-02 18:05" },
    /// A clock was met.
    WhyMet = "why-met" { what: String = "first answer", by: String = "Anna", wall: String = "2 h 05 min", working: String = "2 h 05 min" },
    /// A clock was voided.
    WhyVoided = "why-voided" { what: String = "first answer", by: String = "Anna", reason: String = "no answer is needed" },
    /// Tags changed.
    WhyTagged = "why-tagged" { tags: String = "complaint", by: String = "Anna" },
    /// The priority changed.
    WhyPriority = "why-priority" { priority: String = "high", by: String = "Anna" },
    /// The priority fell.
    WhyPriorityFell = "why-priority-fell" { priority: String = "normal", by: String = "Anna" },
    /// Who is told.
    ToAssignee = "to-assignee" {},
    /// Who is told.
    ToTeam = "to-team" {},
    /// Who is told.
    ToManagers = "to-managers" {},
    /// One command: `promise`.
    HelpPromise = "help-promise" { prefix: String = "!" },
    /// One command: `done`.
    HelpDone = "help-done" { prefix: String = "!" },
    /// One command: `promises`.
    HelpPromises = "help-promises" { prefix: String = "!" },
    /// Words of a reply read like a promise with a time.
    PromiseOffered = "promise-offered" { phrase: String = "call you back tomorrow", due: String = "2026-03-03 17:00", prefix: String = "!" },
    /// Words of a reply read like a promise without a time.
    PromiseOfferedUntimed = "promise-offered-untimed" { phrase: String = "get back to you", prefix: String = "!" },
    /// A promise was made; the time as it was understood.
    PromiseMade = "promise-made" { number: u64 = 1_u64, text: String = "call back", due: String = "Tuesday, 2026-03-03 15:00", prefix: String = "!" },
    /// A promise lacks its time.
    PromiseWhen = "promise-when" { prefix: String = "!" },
    /// Only who wrote it can promise it.
    PromiseOfSomebodyElse = "promise-of-somebody-else" { agent: String = "Anna" },
    /// A thread has too many open promises.
    ManyPromises = "many-promises" { max: u64 = 20_u64 },
    /// Nothing is promised.
    NoPromises = "no-promises" {},
    /// `done` fits several promises.
    WhichPromise = "which-promise" { open: String = "1 call back · 2 send refund", prefix: String = "!" },
    /// A promise was kept in time.
    PromiseKept = "promise-kept" { number: u64 = 1_u64 },
    /// A promise was kept too late.
    PromiseDoneLate = "promise-done-late" { number: u64 = 1_u64 },
    /// A promise is due soon.
    PromiseReminder = "promise-reminder" { agent: String = "Anna", text: String = "call back", due: String = "2026-03-03 15:00", left: String = "1 h 00 min", prefix: String = "!" },
    /// A promise was not kept in time.
    PromiseBroken = "promise-broken" { agent: String = "Anna", customer: String = "Mia", number: u64 = 17_u64, text: String = "call back", due: String = "2026-03-03 15:00" },
    /// The head of `promises`.
    PromisesHead = "promises-head" { count: u64 = 2_u64 },
    /// An open promise.
    PromiseLine = "promise-line" { number: u64 = 17_u64, customer: String = "Mia", agent: String = "Anna", due: String = "2026-03-03 15:00", text: String = "call back" },
    /// A promise that was not kept in time and is still open.
    PromiseLineBroken = "promise-line-broken" { number: u64 = 17_u64, customer: String = "Mia", agent: String = "Anna", due: String = "2026-03-03 15:00", text: String = "call back" },
    /// A day of the week: `mon` to `sun`.
    Weekday = "weekday" { day: String = "mon" },
    /// One command: `stats`.
    HelpStats = "help-stats" { prefix: String = "!" },
    /// One command: `agents`.
    HelpAgents = "help-agents" { prefix: String = "!" },
    /// One command: `sla`.
    HelpSla = "help-sla" { prefix: String = "!" },
    /// One command: `breaches`.
    HelpBreaches = "help-breaches" { prefix: String = "!" },
    /// One command: `overdue`.
    HelpOverdue = "help-overdue" { prefix: String = "!" },
    /// One command: `backlog`.
    HelpBacklog = "help-backlog" { prefix: String = "!" },
    /// One command: `compare`.
    HelpCompare = "help-compare" { prefix: String = "!" },
    /// One command: `chart`.
    HelpChart = "help-chart" { prefix: String = "!" },
    /// One command: `export`.
    HelpExport = "help-export" { prefix: String = "!" },
    /// What figures are about.
    FiguresSubject = "figures-subject" { subject: String = "stats" },
    /// Of which period they are.
    FiguresPeriod = "figures-period" { name: String = "week", from: String = "2026-03-02", to: String = "2026-03-08" },
    /// A period that is counted until an hour of its last day.
    FiguresUntil = "figures-until" { period: String = "this week, 2026-03-02 – 2026-03-04", hour: String = "14:00" },
    /// By what they are shown apart.
    FiguresBy = "figures-by" { by: String = "agent" },
    /// In which time they are counted.
    FiguresScale = "figures-scale" { scale: String = "wall" },
    /// One figure.
    FiguresCell = "figures-cell" { measure: String = "median", value: String = "14 min" },
    /// A day of the week.
    FiguresWeekday = "figures-weekday" { day: String = "mon" },
    /// Nobody in particular.
    FiguresNobody = "figures-nobody" {},
    /// There is nothing to show.
    FiguresEmpty = "figures-empty" {},
    /// So many lines are left out.
    FiguresMore = "figures-more" { count: u64 = 12_u64 },
    /// The figures are of a part only.
    FiguresCut = "figures-cut" {},
    /// How it is now, beside every figure.
    FiguresNow = "figures-now" { unanswered: u64 = 3_u64, oldest: String = "2 h 05 min", overdue: u64 = 1_u64, paused: u64 = 1_u64, untimed: u64 = 0_u64 },
    /// All answers of a period together.
    FiguresTotal = "figures-total" { period: String = "today, 2026-03-02", n: u64 = 12_u64, median: String = "14 min", p90: String = "1 h 02 min" },
    /// Where the definitions are.
    FiguresDefine = "figures-define" { command: String = "!stats definition" },
    /// How something is counted.
    FiguresDefinition = "figures-definition" { of: String = "first-response" },
    /// An agent sees the own figures.
    FiguresOwn = "figures-own" {},
    /// An agent asked for the team's figures.
    FiguresForManagers = "figures-for-managers" { prefix: String = "!" },
    /// A word that is not understood in a question for figures.
    FiguresUnknown = "figures-unknown" { word: String = "sometimes", possible: String = "!stats [today|yesterday|week|month] [by agent|channel]" },
    /// A period that is not possible.
    FiguresDays = "figures-days" { max: u64 = 366_u64 },
    /// What a file of figures holds.
    FiguresExported = "figures-exported" { rows: u64 = 3_u64, columns: u64 = 28_u64 },
    /// A digest of a period in which nothing happened.
    DigestQuiet = "digest-quiet" { period: String = "yesterday, 2026-03-01" },
    /// What is promised and open.
    DigestPromises = "digest-promises" { open: u64 = 4_u64, broken: u64 = 1_u64 },
    /// A word in a picture.
    ChartWord = "chart-word" { word: String = "first_response" },
    /// A day in a picture.
    ChartDay = "chart-day" { day: u64 = 3_u64, month: u64 = 11_u64 },
    /// What a picture of lengths shows.
    ChartTimes = "chart-times" { what: String = "first answer", n: u64 = 12_u64, median: String = "14 min", p90: String = "1 h 02 min" },
    /// What was promised, and whether it is drawn.
    ChartTarget = "chart-target" { policy: String = "standard", target: String = "4 h 00 min", drawn: String = "yes" },
    /// What a picture of messages shows.
    ChartIncoming = "chart-incoming" { n: u64 = 120_u64, hour: String = "Mon 10:00", count: u64 = 12_u64 },
}
