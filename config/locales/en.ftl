# What the bridge says, in English. Short and plain; the team reads these all day.

## The card at the top of a topic

card-customer = { $customer } · #{ $number } · writes on { $channel }
card-waiting = 🟡 Waiting for an answer since { $since }
card-due = ⏳ Answer due by { $due } ({ $policy })
card-overdue = 🔴 Overdue: the answer was due by { $due } ({ $policy })
card-paused = ⏸ The clock stands until { $until } at the latest
card-tags = 🏷 { $tags }
card-priority = ❗ Priority: { $priority }
card-answered = 🟢 Answered
card-closed = ⚪ Closed
card-assignee = Looked after by { $agent }
card-unassigned = Nobody looks after this yet
card-previous =
    { $count ->
        [one] Wrote once before: #{ $previous }
       *[other] Wrote { $count } times before, last in #{ $previous }
    }
card-new = Writes for the first time
card-how-explicit = Reply to a message of the customer, or write “{ $prefix }r text”. Everything else stays in the team.
card-how-direct = What you write here goes to the customer. Begin with // to keep it in the team. “{ $prefix }help” shows the commands.

topic-title = { $customer } · #{ $number }
nameless-customer = Customer
customer-named-like-agent = [customer] { $name }
topic-recreated = The topic of #{ $number } was gone, so it goes on here. It is the same matter as before.
chat-moved = The customer's chat goes on elsewhere. This thread follows it; nothing to do.

## Replies and their delivery

unknown-agent = Not sent: { $account } is not a known agent on { $platform }. A manager can add the account in the configuration.
reply-refused = Not delivered: { $reason }.
reply-wedged = Not delivered: { $reason }. Further replies to this customer wait. Once the cause is gone, write “{ $prefix }retry”.
reply-unknown = This may not have arrived: the answer to the sending was lost. “{ $prefix }retry” sends it again; the customer may then see it twice.
copy-refused = A message of the customer could not be shown here: { $reason }. “{ $prefix }history” shows it.
copy-unknown =
    { $count ->
        [one] A message of the customer may be missing here. “{ $prefix }history” shows all of them.
       *[other] { $count } messages of the customer may be missing here. “{ $prefix }history” shows all of them.
    }
reply-target-unknown = Not sent: I do not know the message you answered. Use { $prefix }r text to answer the customer.
reply-held =
    { $seconds ->
        [one] Goes out in one second. “{ $prefix }stop” holds it back.
       *[other] Goes out in { $seconds } seconds. “{ $prefix }stop” holds it back.
    }
stopped =
    { $count ->
        [one] Held back. The customer has not seen it.
       *[other] { $count } replies held back. The customer has seen none of them.
    }
nothing-to-stop = There is nothing left to hold back.
said-again = This may be here twice: the platform did not confirm the first one.
retrying =
    { $count ->
        [one] Sending it again.
       *[other] Sending { $count } messages again.
    }
nothing-to-retry = There is nothing to send again.
empty-reply = Not sent: the reply has neither text nor file.
reply-unsupported = Not sent: “{ $what }” cannot be carried to the customer. Please send it as text.
native =
    { $phrase ->
       *[contact] Write to the team
        [contact-text] What it is about
        [open] Write to us
        [closed-messages] We have your message, but cannot write to you. Please allow direct messages from members of this server (server menu, privacy settings).
        [failed] This did not work, and nothing has arrived here. Please try again in a few minutes.
        [taken] Taken.
    }
native-opened = It goes on here: { $place }. A person reads it and answers under their own name.
reply-nameless = Not sent: this was written without a name (as the group or as a channel), and customers are answered by a person they can name. Please write it again as yourself: in a group's administrator rights switch off “Remain anonymous”, beside the text field choose your own account as sender.
to-customer-greeting = Hello! Just write here what it is about. A person reads it and answers you under their own name.
card-came-by = Came by the link: { $payload }
reply-undecryptable = Not sent: this message could not be decrypted. Please write it again.
edit-not-carried = Nothing was changed: this reply did not arrive as it was. Please write it anew.
delete-not-carried = Nobody knows whether this reply arrived, so it could not be taken back.
note-stays-note = Not sent: changing a note does not send it. Please write a new message.
reply-stays-reply = The customer still sees the earlier version: a reply cannot become a note. Delete it to take it back.
edit-refused = The customer still sees the earlier version: { $reason }. Send a correction if it matters.
taking-back-refused = The customer still sees this reply: { $reason }.
change-unknown = The change of this reply may not have arrived. Please send a correction if it matters.
reply-taken-back = Taken back: the customer does not see this reply any more.
file-not-carried = A file of the customer’s could not be carried: { $reason }. The customer was told.
to-customer-file-not-carried = Sorry, your file did not reach us: { $reason }.
reply-without-file = This reply goes out without its file: { $reason }. The customer is told.
reply-file-not-carried = Not delivered: { $reason }. The customer was told that you tried to send a file.
to-customer-reply-file-not-carried = { $agent } tried to send you a file that could not be carried: { $reason }.
made-file-not-posted = (The file that goes with this could not be posted here: { $reason }.)
cause-not-possible = the platform does not allow it
cause-file-too-large = the file is too large
cause-file-gone = the file could not be fetched
cause-file-refused = this kind of file is not accepted

## Who looks after a thread, and its state

claimed = { $agent } looks after this now.
assigned = { $agent } looks after this now, given by { $by }.
already-assigned = { $agent } looks after this already.
released = { $by } gave this back. Nobody looks after it now.
not-assigned = Nobody looks after this anyway.
closed = Closed by { $by }.
already-closed = This is closed already.
reopened = Reopened by { $by }.
reopened-by-customer = The customer wrote again. The thread is open.
already-open = This is open already.
replaced-by = The customer's matter goes on in #{ $number }. Please answer there.
no-such-agent = There is no agent “{ $name }”. Known: { $known }.

## who

who-customer = { $customer } · #{ $number } · { $account } on { $channel }
who-since =
    { $count ->
        [0] Open since { $opened }; first matter
        [one] Open since { $opened }; wrote once before
       *[other] Open since { $opened }; wrote { $count } times before
    }
who-you =
    { $role ->
        [manager] You are { $agent }, manager
       *[agent] You are { $agent }, agent
    }

## history

history-head = #{ $number }, oldest first:
history-more =
    { $count ->
        [one] Only the newest message is shown.
       *[other] Only the newest { $count } messages are shown.
    }
history-customer = { $at } { $name }: { $text }
history-edited = { $at } { $name }, changed: { $text }
history-deleted = { $at } { $name } took a message back
history-reply-edited = { $at } ↩ { $name }, changed: { $text }
history-reply-taken-back = { $at } ↩ { $name } took a reply back
history-reply = { $at } ↩ { $name }: { $text }
history-undelivered = { $at } ↩ { $name } (not certainly delivered): { $text }
history-note = { $at } note by { $name }: { $text }
history-empty = Nothing has been written yet.

## list

list-head =
    { $count ->
        [one] One thread is open:
       *[other] { $count } threads are open, longest waiting first:
    }
list-waiting = 🟡 #{ $number } { $customer } · waiting { $age } · { $assignee }
list-overdue = 🔴 #{ $number } { $customer } · waiting { $age }, overdue { $over } · { $assignee }
list-due = 🟡 #{ $number } { $customer } · waiting { $age }, due in { $left } · { $assignee }
list-answered = 🟢 #{ $number } { $customer } · answered · { $assignee }
list-more = Only the first { $shown } are shown.
list-empty = No thread is open. All done.

## help

help-head = Commands begin with { $prefix }
help-explicit = Reply to a message of the customer, or write “{ $prefix }r text”, to answer. Everything else is a note and stays in the team.
help-direct = What you write in a topic goes to the customer, except what begins with // (a note) or { $prefix } (a command).
help-confirm =
    { $seconds ->
        [one] What you write in a topic goes to the customer after one second; “{ $prefix }stop” holds it back. Begin with // to keep it in the team.
       *[other] What you write in a topic goes to the customer after { $seconds } seconds; “{ $prefix }stop” holds it back. Begin with // to keep it in the team.
    }
help-r = { $prefix }r text – answers the customer
help-note = { $prefix }note text – a note for the team
help-claim = { $prefix }claim – you look after this thread
help-assign = { $prefix }assign @name – somebody else looks after it
help-release = { $prefix }release – nobody in particular looks after it
help-close = { $prefix }close – the matter is done
help-reopen = { $prefix }reopen – the matter goes on
help-who = { $prefix }who – who the customer is, and who you are
help-history = { $prefix }history – what was said in this thread
help-list = { $prefix }list – all open threads, longest waiting first
help-snooze = { $prefix }snooze 2h – stops the clock until then, also “tomorrow 9:00”
help-wait = { $prefix }wait – stops the clock until the customer writes; also “2d”: at most so long
help-resume = { $prefix }resume – lets the clock go on
help-noreply = { $prefix }noreply – no answer is needed
help-priority = { $prefix }priority high – how urgent it is: low, normal, high, urgent
help-tag = { $prefix }tag name -other – adds and removes tags
help-policy = { $prefix }policy name – which deadlines hold; “none” lets them be found again
help-segment = { $prefix }segment name – what kind of customer this is
help-why = { $prefix }why – why an answer is due when it is
help-promise = { $prefix }promise tomorrow 15:00 call back – keeps track of a promise
help-done = { $prefix }done – the promise is kept
help-promises = { $prefix }promises – what is promised and not done
help-stats = { $prefix }stats week by agent – how long customers waited; any period, by agent, channel, policy, tag, day, hour
help-agents = { $prefix }agents week – how each agent answered
help-sla = { $prefix }sla week – which part was in time, by policy
help-breaches = { $prefix }breaches week – what was overdue, and who answered it when
help-overdue = { $prefix }overdue – what is overdue now, the worst first
help-backlog = { $prefix }backlog – what is open now, and whose it is
help-compare = { $prefix }compare week – this week so far beside last week, as far as it had come then
help-chart = { $prefix }chart response last week – a picture of how long it took; also next, resolution, incoming, attainment
help-export = { $prefix }export csv stats last week by agent – the same figures as a file; also agents, sla, breaches
help-retry = { $prefix }retry – sends again what was not delivered
help-stop = { $prefix }stop – holds back what has not gone out yet
help-help = { $prefix }help – this list
unknown-command-meant = “{ $word }” is not a command. Did you mean “{ $meant }”? Nothing was sent.
unknown-command = “{ $word }” is not a command. “{ $prefix }help” lists them. Nothing was sent.
missing-argument = Something is missing: “{ $usage }”.
needs-topic = “{ $word }” belongs in the topic of a thread.

## What happened on the customer's side, told to the team

customer-edited = The customer changed this message: { $text }
customer-deleted = The customer took this message back. “{ $prefix }history” still shows it.
unsupported = The customer sent something that could not be carried: { $what }. The customer was told.
unsupported-with-text = The customer sent something that could not be carried: { $what }. With it came: { $text }
undecryptable = The customer sent a message that could not be decrypted. The customer was told.
customer-gone = The customer left the chat. Replies will not arrive until they come back.
gap = Messages from this customer may be missing: the platform no longer has them. The customer was told.

## To customers

to-customer-unsupported = Sorry, this kind of message does not reach us. Could you write it as text?
to-customer-undecryptable = Sorry, your last message could not be decrypted here. Could you send it again?
to-customer-gap = We were offline for a while, and some of your messages may not have reached us. If something is unanswered, please send it again.

## Deadlines

warn-response = ⏳ { $customer } (#{ $number }) has waited for an answer since { $since }. It is due by { $due }, in { $left }. “{ $about }”
warn-resolution = ⏳ The matter of { $customer } (#{ $number }), open since { $since }, is to be done by { $due }, in { $left }. “{ $about }”
overdue-response = 🔴 { $customer } (#{ $number }) has waited for an answer since { $since }. It was due by { $due }, { $over } ago. “{ $about }”
overdue-resolution = 🔴 The matter of { $customer } (#{ $number }), open since { $since }, was to be done by { $due }, { $over } ago. “{ $about }”
thanks-after-closing = The customer says thanks. The thread stays closed; “{ $prefix }reopen” opens it.
snooze-over = The snooze is over, the clock runs again. Due by { $due }.
wait-over = The customer has not written for long enough, the clock runs again. Due by { $due }.
customer-is-back = The customer wrote again, the clock runs again. Due by { $due }.
claim-expired = { $agent } took this thread, but the customer has no answer yet. It is everybody’s again.
no-such-time = “{ $text }” is no time I understand. Try “2h”, “tomorrow 9:00” or “friday 15:00”.
nothing-to-pause =
    { $why ->
        [overdue] What is overdue stays so until it is answered.
        [policy] The policy of this thread lets no clock stand for that.
        [too-often] The clock of this thread stood too often to be stopped once more.
       *[other] No clock runs here that could be stopped.
    }
snoozed = The clock stands until { $until }.
waits-for-customer = The clock stands until the customer writes, or until { $until }.
nothing-to-resume = No clock stands here.
resumed = The clock runs again.
no-reply-noted = Noted: no answer is needed. The clock is off.
nothing-owed = No answer was owed anyway.
no-such-priority = “{ $word }” is no priority. There are: { $known }.
priority-is = The priority is { $priority }.
no-tag = “{ $word }” cannot be a tag: letters, digits and - _ . : only, at most 40.
many-tags = A thread has at most { $max } tags.
tags-are = Tags: { $tags }
no-tags = No tags.
no-such-policy = There is no policy “{ $name }”. There are: { $known }.
policy-is = The policy is { $policy }.
policy-none = No policy fits: nothing is due here.
segment-is = The customer’s segment is { $segment }.
segment-none = The customer has no segment.
now-due =
    { $what ->
        [late-response] Was due by { $due } ({ $policy }).
        [resolution] To be closed by { $due } ({ $policy }).
        [late-resolution] Was to be closed by { $due } ({ $policy }).
       *[response] Due by { $due } ({ $policy }).
    }

## Why an answer is due when it is

why-head = The clocks of #{ $number }:
why-line = { $at } · { $what }
why-nothing = Nothing has happened to them yet.
why-no-clock = No clock runs now.
why-stands = Now: { $what } – the clock stands until { $until } at the latest.
why-due = Now: { $what } – due by { $due }, counted by the calendar “{ $calendar }”.
clock-first-response = first answer
clock-next-response = next answer
clock-resolution = resolution
why-waiting-for-customer = waiting for the customer
why-snoozed = snoozed
why-pause-over = the pause was over
why-customer-wrote = the customer wrote
why-asked = an agent said so
why-closed = the thread was closed without an answer
why-no-reply-needed = no answer is needed
why-case-changed = tags, priority, language or segment changed
why-policy-chosen = another policy was chosen
why-policy-changed = the policy changed
why-started = { $what }: began with the message of { $since } · { $policy }: { $allowed } by the calendar “{ $calendar }” → due by { $due }
why-paused = { $what }: stopped by { $by } ({ $reason }) until { $until } at the latest
why-resumed = { $what }: went on ({ $reason }) → due by { $due }
why-moved = { $what }: now under { $policy } ({ $reason }; { $by }) → due by { $due }
why-told = { $what }: { $percent } % of the time allowed were over; told: { $who }
why-breached = { $what }: overdue since { $due }
why-met = { $what }: done by { $by } after { $wall } ({ $working } of working time)
why-voided = { $what }: off ({ $reason }; { $by })
why-tagged = tags: { $tags } ({ $by })
why-priority = priority: { $priority } ({ $by })
why-priority-fell = priority: { $priority } again, because { $by } took away the tag that had raised it
to-assignee = who looks after it
to-team = the team
to-managers = the managers

## Promises

promise-offered = That sounds like a promise: “{ $phrase }”. “{ $prefix }promise” keeps track of it, until { $due }.
promise-offered-untimed = That sounds like a promise: “{ $phrase }”. “{ $prefix }promise tomorrow 15:00” keeps track of it.
promise-made = 🤝 Promise { $number }: { $text } – by { $due }. “{ $prefix }done” when it is kept.
promise-when = By when? For example “{ $prefix }promise tomorrow 15:00 call back”.
promise-what = What is promised? For example “{ $prefix }promise tomorrow 15:00 call back”.
promise-of-somebody-else = { $agent } wrote that; only { $agent } can promise it.
many-promises = { $max } promises are open here already. Keep one first.
no-promises = No promise is open.
which-promise = Which one? “{ $prefix }done 1”, for example. Open: { $open }
promise-kept = ✅ Promise { $number } is kept.
promise-done-late = Promise { $number } is done, but late. It counts as broken.
promise-reminder = { $agent }: you promised “{ $text }” by { $due }, in { $left }. “{ $prefix }done” when it is kept.
promise-broken = 💔 { $agent } promised { $customer } (#{ $number }) “{ $text }” by { $due }. It is not done.
promises-head =
    { $count ->
        [one] One promise is open:
       *[other] { $count } promises are open:
    }
promise-line = 🤝 #{ $number } { $customer } · { $agent } · by { $due } · { $text }
promise-line-broken = 💔 #{ $number } { $customer } · { $agent } · was due { $due } · { $text }

## Days

weekday =
    { $day ->
        [mon] Monday
        [tue] Tuesday
        [wed] Wednesday
        [thu] Thursday
        [fri] Friday
        [sat] Saturday
       *[other] Sunday
    }
