// The team page: who waits, what was said, and an answer that cannot be mistaken for a note.
//
// A note is posted as `// text`, which the desk takes for a note in every mode; an answer is posted as a reply to
// the customer's message. What starts with the command prefix is always a command.

import { $, Log, Outbox, Stream, ask, composer, el, faceOf, keep, kept, speak, telling, timeOf, writes } from "/assets/common.js";
import { Attached, Fetched } from "/assets/files.js";
import { Parts, action, lineOf } from "/assets/message.js";
import { countDown, entryOf, signOf } from "/assets/topics.js";
import { configuredLanguage, t } from "/assets/words.js";

const AGENT = "deskbridge.team.agent";
const DRAFTS = "deskbridge.team.drafts";
const SEEN = "deskbridge.team.seen";
const CARD = "deskbridge.team.card";
const SEEN_MAX = 500;
const GROUPS = { waiting: ["waiting", "overdue"], answered: ["answered"], closed: ["closed"] };
const FIRST = { waiting: 200, answered: 50, closed: 20 };

let overview = { rooms: [], agents: [], command_prefix: "!" };
let room = null;
let agent = null;
let open = null; // { topic: id or null for the room }
let quoted = null;
let editing = null;
let stream = null;
const topics = new Map();
const next = {};

const roomPath = (rest) => `/api/team/rooms/${encodeURIComponent(room)}/${rest}`;
const log = new Log(drawMessage, (message) => parts.also(message));
const fetched = new Fetched((file) => ({ path: roomPath(`files/${file.id}`) }));
const attached = new Attached({
  fetched,
  place: () => placeOf(open),
  changed: () => showComposer(),
  address: (place, name) => {
    if (!agent) chooseAgent();
    return agent && { path: roomPath(`files?agent=${encodeURIComponent(agent.account)}&name=${encodeURIComponent(name)}`) };
  },
});
const isOwn = (one) => one.from === "agent" && one.account === agent?.account;
const asAgent = () => `?agent=${encodeURIComponent(agent.account)}`;
const parts = new Parts({
  log,
  fetched,
  textOf: (message) => (message.from === "agent" && message.text !== null ? { ...message, text: kindOfMessage(message).text } : message),
  mine: isOwn,
  react: (message, key) => tell("POST", `${message.id}/reactions`, (account) => ({ agent: account, key })),
  unreact: (message, reaction) => tell("DELETE", `${message.id}/reactions/${reaction.id}${asAgent()}`),
});

// A small act on a message. What it makes, the stream shows.
async function tell(method, path, body) {
  if (!agent) {
    chooseAgent();
    return;
  }
  try {
    await ask(method, roomPath(`messages/${path}`), { body: body?.(agent.account) });
  } catch {
    // it is as it was, as everybody can see
  }
}

const outbox = new Outbox("deskbridge.team.outbox", {
  changed: () => showThread(),
  send: async (post) => {
    const body = { ...post.body, client_id: post.client_id };
    const path = `/api/team/rooms/${encodeURIComponent(post.room)}/messages`;
    const { id, at } = await ask("POST", path, { body });
    if (post.place === placeOf(open) && !log.messages.has(id)) log.put({ ...shownPost(post), client_id: undefined, id, at });
  },
});

const placeOf = (open) => (open ? `${room}/${open.topic ?? "-"}` : null);
const shownPost = (post) => ({
  ...post, from: "agent", account: post.body.agent, name: post.name, text: post.body.text, reply_to: post.body.reply_to,
  files: post.files,
});

// What a text is, whatever the switch says: commands and notes are never sent to a customer.
function kindOf(text, mode) {
  const prefix = overview.command_prefix;
  const trimmed = text.trimStart();
  const inRoom = open?.topic === null;
  if (trimmed.startsWith(prefix)) return inRoom ? "command" : commandOf(trimmed.slice(prefix.length)).kind;
  if (inRoom) return "room";
  if (trimmed.startsWith("//")) return "note";
  return mode;
}

// Two commands carry words: one to the customer, one to nobody but the team.
function commandOf(rest) {
  const [, word, said] = rest.match(/^(r|note)\s+([^]*)$/i) ?? [];
  if (!word) return { kind: "command" };
  return { kind: word.toLowerCase() === "r" ? "reply" : "note", said };
}

const mode = () => ($("mode-reply").checked ? "reply" : "note");

function setMode(wanted, { focus = true } = {}) {
  $(wanted === "reply" ? "mode-reply" : "mode-note").checked = true;
  if (wanted !== "reply") quoted = null;
  showComposer();
  if (focus) $("text").focus();
}

// What an agent's message was: it says so itself.
function kindOfMessage(message) {
  const text = message.text ?? "";
  const prefix = overview.command_prefix;
  if (text.startsWith(prefix)) {
    const { kind, said } = commandOf(text.slice(prefix.length));
    return { kind, text: said ?? text };
  }
  if (text.startsWith("//")) return { kind: "note", text: text.slice(2).trim() };
  if (message.reply_to || message.mark) return { kind: "reply", text };
  return { kind: message.topic || open?.topic ? "note" : "room", text };
}

function markOf(message) {
  if (message.error) {
    return el("span", { class: "wrong" }, t("failed", { error: message.error }), " ",
      el("button", { type: "button", class: "quiet small", onclick: () => outbox.again(message.client_id) }, t("again")),
      el("button", { type: "button", class: "quiet small", onclick: () => outbox.drop(message.client_id) }, t("discard")));
  }
  if (message.client_id) return el("span", { class: "mark mark-pending" }, t("pending"));
  const sign = { pending: "🕓", delivered: "✓", refused: "✕", unknown: "?" }[message.mark] || "→";
  return el("span", { class: `mark mark-${message.mark || "none"}` },
    el("span", { "aria-hidden": "true" }, sign), " ", t(`mark.${message.mark || "none"}`));
}

function drawMessage(message) {
  const { from, name } = message;
  if (from === "bridge") {
    return el("li", { class: "message bridge" }, el("div", {}, ...drawn(message)), timeOf(message.at));
  }
  const isThere = message.id && message.text !== null;
  if (from === "agent") {
    const { kind } = kindOfMessage(message);
    const label = kind !== "room" && el("span", { class: "label" }, t(`label.${kind}`));
    return el("li", { class: `message agent ${kind}` },
      faceOf(name),
      el("div", { class: "bubble" },
        el("p", { class: "meta" }, el("bdi", { class: "name" }, name), " ", label, " ", timeOf(message.at),
          message.edited && message.text !== null && el("span", { class: "edited" }, t("edited")),
          isThere && el("span", { class: "actions" },
            parts.reactAction(message),
            isOwn(message) && kind !== "command" && action("edit", t("edit"), () => beginEdit(message)),
            isOwn(message) && action("delete", t("delete"), () => tell("DELETE", `${message.id}${asAgent()}`)))),
        ...drawn(message),
        message.text !== null && (kind === "reply" || message.client_id || message.mark) && el("p", { class: "below" }, markOf(message))));
  }
  const actions = isThere && el("span", { class: "actions" },
    action("reply", t("reply"), () => quote(message)),
    parts.reactAction(message));
  return el("li", { class: "message theirs" },
    faceOf(name),
    el("div", { class: "bubble" },
      el("p", { class: "meta" }, el("bdi", { class: "name" }, name), " ", timeOf(message.at),
        message.edited && message.text !== null && el("span", { class: "edited" }, t("edited")), actions),
      ...drawn(message)));
}

const drawn = (message) => parts.draw(message).filter(Boolean);

function quote(message) {
  endEdit();
  setMode("reply", { focus: false });
  quoted = message;
  showComposer();
  $("text").focus();
}

// What is changed is what was written; only the sign of a note is left out and put back.
function beginEdit(message) {
  saveDraft();
  editing = message;
  quoted = null;
  $("editing").firstElementChild.textContent = t("editing");
  $("text").value = message.text.replace(/^\/\/ ?/, "");
  showComposer();
  grow();
  $("text").focus();
}

function endEdit() {
  if (!editing) return;
  editing = null;
  $("text").value = kept(DRAFTS, {})[placeOf(open)] || "";
  grow();
}

async function save(text) {
  const isNote = editing.text.startsWith("//");
  if (!text && !editing.files?.length) return;
  const body = { agent: agent.account, text: isNote ? `// ${text}`.trim() : text };
  try {
    log.put(await ask("PATCH", roomPath(`messages/${editing.id}`), { body }));
    endEdit();
  } catch (refused) {
    $("editing").firstElementChild.textContent = t("store-failed", refused);
    return;
  }
  showThread();
}

const lastOfCustomer = () => log.sorted().findLast((message) => message.from === "persona");

// The customer's name: as it was last seen in the topic, else what the topic is called.
const customerName = () => lastOfCustomer()?.name || topics.get(open?.topic)?.title || "";

function showComposer() {
  const form = $("composer");
  form.hidden = !open;
  if (!open) return;
  const inRoom = open.topic === null;
  const kind = editing ? kindOfMessage(editing).kind : kindOf($("text").value, mode());
  const holes = { name: customerName(), agent: agent?.name ?? "", prefix: overview.command_prefix };
  form.dataset.kind = kind;
  $("modes").classList.toggle("in-room", inRoom);
  $("mode-reply-word").textContent = t("mode.reply", holes);
  $("where").textContent = t(`where.${kind}`, holes);
  $("send").textContent = editing ? t("save") : t(`send.${kind}`, holes);
  $("editing").hidden = !editing;
  $("attach").hidden = Boolean(editing);
  for (const one of document.querySelectorAll("#modes .mode")) one.hidden = Boolean(editing);
  const placeholder = inRoom ? t("placeholder.room") : t(`placeholder.${mode()}`, holes);
  $("text").placeholder = placeholder;
  $("text").setAttribute("aria-label", placeholder);
  $("keys").textContent = t(inRoom ? "keys.room" : "keys.topic", holes);
  $("quote").hidden = !quoted || mode() !== "reply";
  $("quote-text").textContent = quoted ? t("quote", { text: lineOf(quoted) }) : "";
  if (attached.state() !== "failed" && !attached.waiting) $("attached-told").textContent = "";
}

function showThread(options) {
  const topic = topics.get(open?.topic);
  $("thread-title").textContent = open ? (open.topic === null ? room : topic?.title ?? "") : "";
  $("thread-state").hidden = !topic;
  if (topic) {
    $("thread-state").className = `chip state-${topic.state}`;
    $("thread-state").replaceChildren(signOf(topic.state), t(`state.${topic.state}`));
  }
  $("card").hidden = !topic?.card;
  $("card-text").textContent = topic?.card ?? "";
  const pending = open ? outbox.all().filter((post) => post.place === placeOf(open)).map(shownPost) : [];
  $("empty").hidden = Boolean(open) && log.messages.size + pending.length > 0;
  $("empty").textContent = t(open ? "team.nothing" : "team.pick");
  $("log").setAttribute("aria-label", $("thread-title").textContent);
  log.salt = [room, agent?.account];
  log.show(pending, options);
  showComposer();
}

function isUnread(topic) {
  return topic.id !== open?.topic && topic.last > (kept(SEEN, {})[topic.id] ?? 0);
}

function markSeen(topic) {
  if (!topic || document.hidden) return;
  const seen = kept(SEEN, {});
  if (seen[topic.id] === topic.last) return;
  delete seen[topic.id];
  const latest = Object.entries({ ...seen, [topic.id]: topic.last }).slice(-SEEN_MAX);
  keep(SEEN, Object.fromEntries(latest));
}

function drawTopic(topic) {
  return entryOf(topic, { unread: isUnread(topic), current: topic.id === open?.topic, choose: () => choose(topic.id) });
}

function showList() {
  $("list").setAttribute("aria-label", t("team.topics"));
  $("room-name").textContent = room ?? "";
  if (open?.topic === null) $("room-entry").setAttribute("aria-current", "true");
  else $("room-entry").removeAttribute("aria-current");
  const focused = document.activeElement?.dataset?.topic;
  const byAge = (one, other) => one.since.localeCompare(other.since);
  const byLast = (one, other) => other.last - one.last;
  for (const [group, states] of Object.entries(GROUPS)) {
    const listed = [...topics.values()].filter((topic) => states.includes(topic.state));
    listed.sort(group === "waiting" ? byAge : byLast);
    $(`topics-${group}`).replaceChildren(...listed.map(drawTopic));
    $(`count-${group}`).textContent = listed.length ? `${listed.length}${next[group] ? "+" : ""}` : "";
  }
  $("none-waiting").hidden = $("topics-waiting").children.length > 0;
  $("more-topics").hidden = !Object.values(next).some(Boolean);
  if (focused) $("list").querySelector(`[data-topic="${focused}"]`)?.focus();
  const unread = [...topics.values()].filter((topic) => isUnread(topic)).length;
  document.title = `${unread ? `(${unread}) ` : ""}${t("team.title")} · Deskbridge`;
}

function saveDraft() {
  const place = placeOf(open);
  if (!place || editing) return;
  const drafts = kept(DRAFTS, {});
  if ($("text").value) drafts[place] = $("text").value;
  else delete drafts[place];
  keep(DRAFTS, drafts);
}

async function choose(topic, { focus = true } = {}) {
  endEdit();
  saveDraft();
  open = { topic };
  log.clear();
  fetched.forget();
  setMode("note", { focus: false });
  $("text").value = kept(DRAFTS, {})[placeOf(open)] || "";
  document.body.dataset.view = "thread";
  location.hash = topic ?? "room";
  grow();
  markSeen(topics.get(topic));
  showThread();
  showList();
  attached.show();
  if (focus) (matchMedia("(min-width: 761px)").matches ? $("text") : $("thread-title")).focus();
  const here = open;
  const which = topic === null ? "" : `?topic=${encodeURIComponent(topic)}`;
  const [page, whole] = await Promise.all([
    log.load(ask("GET", roomPath(`messages${which}`))),
    topic === null ? null : ask("GET", roomPath(`topics/${encodeURIComponent(topic)}`)),
  ]);
  if (!page || open !== here) return;
  if (whole) topics.set(topic, whole);
  showThread();
  log.toEnd();
}

function heard(event, data) {
  if (event === "reset") {
    location.reload();
  } else if (event === "typing") {
    if (open && (data.topic ?? null) === open.topic) writes();
  } else if (event === "topic") {
    topics.set(data.id, { ...topics.get(data.id), ...data });
    if (data.id === open?.topic) {
      markSeen(data);
      showThread();
    }
    showList();
  } else if (event === "message") {
    if (data.card && topics.has(data.topic)) topics.get(data.topic).card = data.text;
    if (!open || (data.topic ?? null) !== open.topic) return;
    const atEnd = log.isAtEnd();
    const isNew = log.put(data);
    showThread();
    if (isNew && !atEnd) $("newest").hidden = false;
  }
}

function send() {
  const text = $("text").value.trim();
  if (!open) return;
  if (!agent) {
    chooseAgent();
    return;
  }
  if (editing) {
    save(text);
    return;
  }
  const state = attached.state();
  if (state === "failed" || state === "running") {
    $("attached-told").textContent = t(state === "failed" ? "attach.failed.all" : "attach.running");
    if (state === "running") attached.whenReady(() => $("composer").requestSubmit());
    return;
  }
  if (!text && state === "none") return;
  const body = bodyOf(text, kindOf(text, mode()));
  const post = { place: placeOf(open), room, name: agent.name, body };
  if (state === "ready") {
    post.files = attached.take();
    body.files = post.files.map((file) => file.id);
  }
  $("text").value = "";
  saveDraft();
  setMode("note");
  outbox.add(post);
  log.toEnd();
}

// What the desk is to take for a note, an answer or a command.
function bodyOf(text, kind) {
  const body = { agent: agent.account, text, topic: open.topic ?? undefined };
  const isCommand = text.startsWith(overview.command_prefix);
  if (kind === "note" && !isCommand && !text.startsWith("//")) {
    // where commands begin like notes, the command for a note is the one that is not mistaken
    const sign = overview.command_prefix.startsWith("/") ? `${overview.command_prefix}note` : "//";
    body.text = `${sign} ${text}`.trim();
  }
  if (kind === "reply" && !isCommand) {
    const answered = quoted ?? lastOfCustomer();
    if (answered) body.reply_to = answered.id;
    else body.text = `${overview.command_prefix}r ${text}`.trim();
  }
  return body;
}

function chooseAgent() {
  $("agents").replaceChildren(...overview.agents.map((one) =>
    el("li", {}, el("button", { type: "button", class: "choice", "data-account": one.account, onclick: () => becomeAgent(one) },
      faceOf(one.name), el("span", {}, el("strong", {}, one.name), one.title && el("span", { class: "preview" }, one.title))))));
  $("no-agents").hidden = overview.agents.length > 0;
  if (!$("who").open) $("who").showModal();
}

function becomeAgent(one) {
  agent = one;
  // this window's choice; the latest is what a new window begins with
  sessionStorage.setItem(AGENT, one.account);
  localStorage.setItem(AGENT, one.account);
  $("who").close();
  showAgent();
  showThread();
}

function showAgent() {
  $("agent").textContent = agent ? t("team.as", { name: agent.name }) : t("team.who");
}

async function loadTopics(group, after) {
  const from = after ? `&after=${encodeURIComponent(after)}` : "";
  const page = await ask("GET", roomPath(`topics?group=${group}&limit=${FIRST[group]}${from}`));
  for (const topic of page.topics) topics.set(topic.id, { ...topics.get(topic.id), ...topic });
  next[group] = page.next;
  return page.seq;
}

async function enterRoom(name) {
  stream?.close();
  room = name;
  open = null;
  topics.clear();
  log.clear();
  const seqs = [];
  for (const group of Object.keys(GROUPS)) seqs.push(await loadTopics(group));
  const [back, unknown] = [() => outbox.flush(), () => location.assign("/login")];
  stream = new Stream({ path: roomPath("events"), after: Math.min(...seqs), on: heard, back, unknown });
  showThread();
  showList();
}

function moveInList(step) {
  const entries = [...$("list").querySelectorAll("button.topic")];
  const here = entries.indexOf(document.activeElement);
  const from = here >= 0 ? here : entries.findIndex((entry) => entry.hasAttribute("aria-current"));
  entries[Math.max(0, Math.min(entries.length - 1, from + step))]?.focus();
}

const grow = composer($("composer"), $("text"), send);
telling($("text"), () => {
  // who writes a note writes to nobody outside
  if (!agent || !open?.topic || mode() !== "reply") return null;
  return ask("POST", roomPath("typing"), { body: { agent: agent.account, topic: open.topic } });
});
$("text").addEventListener("input", () => {
  saveDraft();
  showComposer();
});
$("mode-note").addEventListener("change", () => setMode("note"));
$("mode-reply").addEventListener("change", () => setMode("reply"));
$("quote-off").addEventListener("click", () => {
  quoted = null;
  showComposer();
  $("text").focus();
});
$("cancel-edit").addEventListener("click", () => {
  endEdit();
  showComposer();
  $("text").focus();
});
$("agent").addEventListener("click", chooseAgent);
$("who").addEventListener("cancel", (event) => !agent && event.preventDefault());
$("room-entry").addEventListener("click", () => choose(null));
$("room").addEventListener("change", () => enterRoom($("room").value));
$("more-topics").addEventListener("click", async () => {
  for (const [group, after] of Object.entries(next)) if (after) await loadTopics(group, after);
  showList();
});
$("back").addEventListener("click", () => {
  document.body.dataset.view = "list";
  ($("list").querySelector("[aria-current]") || $("room-entry")).focus();
});
$("earlier").addEventListener("click", async () => {
  const [first] = log.sorted();
  const which = open.topic === null ? "" : `&topic=${encodeURIComponent(open.topic)}`;
  await log.load(ask("GET", roomPath(`messages?before=${first.id}${which}`)));
  showThread({ stay: true });
});
document.addEventListener("visibilitychange", () => {
  markSeen(topics.get(open?.topic));
  showList();
});
document.addEventListener("keydown", (event) => {
  if ($("who").open || $("viewer").open) return;
  if (event.altKey && !event.ctrlKey && !event.metaKey && open && open.topic !== null) {
    const wanted = { KeyR: "reply", KeyN: "note" }[event.code];
    if (wanted && !editing) {
      event.preventDefault();
      setMode(wanted);
    }
    return;
  }
  const writing = event.target.closest("input, textarea, select");
  if (writing || event.altKey || event.ctrlKey || event.metaKey) {
    if (event.key === "Escape" && writing === $("text")) {
      endEdit();
      setMode("note");
    }
    return;
  }
  const inList = event.target.closest("#list");
  const step = { j: 1, k: -1, ...(inList ? { ArrowDown: 1, ArrowUp: -1 } : {}) }[event.key];
  if (step) {
    event.preventDefault();
    moveInList(step);
  }
});

speak(() => {
  showAgent();
  attached.show();
  showThread();
  showList();
});
setInterval(showList, 30_000);
setInterval(() => countDown($("list")), 1_000);
$("card").open = kept(CARD, innerHeight >= 800);
$("card").addEventListener("toggle", () => keep(CARD, $("card").open));

async function start() {
  for (;;) {
    try {
      overview = await ask("GET", "/api/team");
      break;
    } catch {
      $("banner").hidden = false;
      $("banner").textContent = t("offline");
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
  $("banner").hidden = true;
  configuredLanguage(overview.locale);
  const remembered = sessionStorage.getItem(AGENT) ?? localStorage.getItem(AGENT);
  agent = overview.agents.find((one) => one.account === remembered) ?? null;
  $("room").hidden = overview.rooms.length < 2;
  $("room").replaceChildren(...overview.rooms.map((name) => el("option", { value: name }, name)));
  showAgent();
  const wanted = decodeURIComponent(location.hash.slice(1));
  await enterRoom(overview.rooms[0]);
  if (wanted === "room") await choose(null, { focus: false });
  else if (topics.has(wanted)) await choose(wanted, { focus: false });
  if (!agent) chooseAgent();
  outbox.flush();
}

start();
