// The customers' page: every tab is one customer's chat. State is in this browser, the chats on the platform.

import { $, Log, Outbox, Stream, ask, composer, el, faceOf, keep, kept, speak, telling, timeOf, writes } from "/assets/common.js";
import { Attached, Fetched } from "/assets/files.js";
import { Parts, action, lineOf } from "/assets/message.js";
import { t } from "/assets/words.js";

const CUSTOMERS = "deskbridge.customers";
const ACTIVE = "deskbridge.customers.active";
const DRAFTS = "deskbridge.customers.drafts";

let customers = kept(CUSTOMERS, []);
let active = kept(ACTIVE, null);
const unread = new Map();
const gone = new Set();
let shown = null; // whose words are in the composer
let editing = null;
let quoted = null;
let stream = null;
let last = null;

const withToken = (customer) => ({ headers: { "X-Customer-Token": customer.token } });
const current = () => customers.find((customer) => customer.chat === active);

const log = new Log(drawMessage, (message) => parts.also(message));
const fetched = new Fetched((file) => ({ path: `/api/customers/files/${file.id}`, ...withToken(current()) }));
const attached = new Attached({
  fetched,
  place: () => active,
  changed: () => showComposer(),
  address: (place, name) => {
    const customer = customers.find((customer) => customer.chat === place);
    return customer && { path: `/api/customers/files?name=${encodeURIComponent(name)}`, ...withToken(customer) };
  },
});
const parts = new Parts({
  log,
  fetched,
  mine: (reaction) => reaction.from === "customer",
  react: (message, key) => tell("POST", `${message.id}/reactions`, { key }),
  unreact: (message, reaction) => tell("DELETE", `${message.id}/reactions/${reaction.id}`),
});
const outbox = new Outbox("deskbridge.customers.outbox", {
  changed: () => show(),
  send: async (post) => {
    const customer = customers.find((customer) => customer.chat === post.place);
    if (!customer) return;
    const { text, client_id, reply_to } = post;
    const body = { text, client_id, reply_to, files: post.files?.map((file) => file.id) };
    const { id, at } = await ask("POST", "/api/customers/messages", { body, ...withToken(customer) });
    if (post.place === active && !log.messages.has(id)) {
      log.put({ id, at, from: "customer", name: customer.name, text, reply_to, files: post.files });
    }
  },
});

// A small act on a message. What it makes, the stream shows.
async function tell(method, path, body) {
  try {
    await ask(method, `/api/customers/messages/${path}`, { body, ...withToken(current()) });
    return true;
  } catch {
    // it is as it was, as everybody can see
    return false;
  }
}

function drawMessage(message) {
  const mine = message.from === "customer" || message.client_id;
  if (message.from === "bridge") {
    return el("li", { class: "message bridge" }, el("div", {}, ...drawn(message)), timeOf(message.at));
  }
  const actions = message.id && message.text !== null && el("span", { class: "actions" },
    action("reply", t("reply"), () => quote(message)),
    parts.reactAction(message),
    mine && action("edit", t("edit"), () => beginEdit(message)),
    mine && action("delete", t("delete"), () => remove(message)));
  const state = message.error
    ? el("span", { class: "wrong" }, t("failed", { error: message.error }), " ",
        el("button", { type: "button", class: "quiet small", onclick: () => outbox.again(message.client_id) }, t("again")),
        el("button", { type: "button", class: "quiet small", onclick: () => outbox.drop(message.client_id) }, t("discard")))
    : message.client_id && el("span", { class: "pending" }, t("pending"));
  return el("li", { class: `message ${mine ? "mine" : "theirs"}` },
    !mine && faceOf(message.name, message.persona),
    el("div", { class: "bubble" },
      el("p", { class: "meta" }, el("bdi", { class: "name" }, mine ? t("you") : message.name), " ", timeOf(message.at),
        message.edited && message.text !== null && el("span", { class: "edited" }, t("edited")), actions),
      ...drawn(message),
      state && el("p", { class: "below" }, state)));
}

const drawn = (message) => parts.draw(message).filter(Boolean);

function show(options) {
  const customer = current();
  $("welcome").hidden = customers.length > 0;
  $("chat").hidden = !customer;
  showTabs();
  if (!customer) return;
  const pending = outbox.all().filter((post) => post.place === active);
  $("empty").hidden = log.messages.size + pending.length > 0;
  if (gone.has(active)) $("empty").textContent = t("customer.gone");
  else $("empty").textContent = t("customer.empty");
  showComposer();
  $("log").setAttribute("aria-label", customer.name);
  log.show(pending, options);
}

function showComposer() {
  $("editing").hidden = !editing;
  $("attach").hidden = Boolean(editing);
  $("send").textContent = t(editing ? "save" : "customer.send");
  $("text").placeholder = t("customer.placeholder");
  $("text").setAttribute("aria-label", t("customer.placeholder"));
  $("quote").hidden = !quoted;
  $("quote-text").textContent = quoted ? t("quote", { text: lineOf(quoted) }) : "";
  if (attached.state() !== "failed" && !attached.waiting) $("attached-told").textContent = "";
}

function showTabs() {
  const total = [...unread.values()].reduce((sum, count) => sum + count, 0);
  document.title = `${total ? `(${total}) ` : ""}${t("customer.title")} · Deskbridge`;
  $("tabs").setAttribute("aria-label", t("customer.tabs"));
  const focused = document.activeElement?.dataset?.chat;
  $("tabs").replaceChildren(...customers.flatMap((customer) => {
    const count = unread.get(customer.chat) || 0;
    const selected = customer.chat === active;
    const badge = count > 0 && el("span", { class: "badge", "aria-label": t("customer.unread", { count }) }, String(count));
    const close = el("button", { type: "button", class: "close", "aria-label": t("customer.close", { name: customer.name }), onclick: () => closeTab(customer.chat) }, "×");
    return [el("span", { class: "tab-box", role: "presentation" },
      el("button", {
        type: "button", role: "tab", class: "tab", "data-chat": customer.chat, "aria-selected": String(selected),
        "aria-controls": "chat", tabindex: selected ? 0 : -1, onclick: () => choose(customer.chat),
      }, el("bdi", {}, customer.name), badge), selected && close)];
  }));
  if (focused) $("tabs").querySelector(`[data-chat="${focused}"]`)?.focus();
}

function saveDraft() {
  if (!shown || editing) return;
  const drafts = kept(DRAFTS, {});
  if ($("text").value) drafts[shown] = $("text").value;
  else delete drafts[shown];
  keep(DRAFTS, drafts);
}

async function choose(chat, { focus = true } = {}) {
  endEdit();
  saveDraft();
  quoted = null;
  active = chat;
  shown = chat;
  keep(ACTIVE, chat);
  unread.delete(chat);
  log.clear();
  fetched.forget();
  $("text").value = kept(DRAFTS, {})[chat] || "";
  grow();
  show();
  attached.show();
  const customer = current();
  if (!customer) return;
  if (focus) $("text").focus();
  try {
    const page = await log.load(ask("GET", "/api/customers/messages", withToken(customer)));
    if (!page) return;
    last ??= page.seq;
    show();
    log.toEnd();
  } catch (refused) {
    if (refused.status === 401) lose(chat);
  }
}

// A chat that the platform does not know (any more) is shown, but no longer followed.
function lose(chat) {
  if (gone.has(chat)) return;
  gone.add(chat);
  follow();
  show();
}

function closeTab(chat) {
  customers = kept(CUSTOMERS, []).filter((customer) => customer.chat !== chat);
  keep(CUSTOMERS, customers);
  unread.delete(chat);
  choose(customers[0]?.chat ?? null);
  follow();
}

async function create(name) {
  const customer = await ask("POST", "/api/customers", { body: { name, language: document.documentElement.lang } });
  customers = [...kept(CUSTOMERS, []), { chat: customer.chat, token: customer.token, name: customer.name }];
  keep(CUSTOMERS, customers);
  await choose(customer.chat);
  follow();
}

function follow() {
  const followed = customers.filter((customer) => !gone.has(customer.chat)).slice(-50);
  if (stream) last = stream.last;
  stream?.close();
  stream = null;
  if (followed.length === 0 || last === null) return;
  const headers = { "X-Customer-Token": followed.map((customer) => customer.token).join(",") };
  const [back, unknown] = [() => outbox.flush(), () => location.reload()];
  stream = new Stream({ path: "/api/customers/events", headers, after: last, on: heard, back, unknown });
}

function heard(event, message) {
  if (event === "reset") {
    location.reload();
    return;
  }
  if (event === "typing" && message.chat === active) writes();
  if (event !== "message") return;
  if (message.chat !== active) {
    if (message.from !== "customer" && !message.edited) unread.set(message.chat, (unread.get(message.chat) || 0) + 1);
    showTabs();
    return;
  }
  const atEnd = log.isAtEnd();
  const isNew = log.put(message);
  show();
  if (isNew && !atEnd) $("newest").hidden = false;
}

async function send() {
  const text = $("text").value;
  const customer = current();
  if (!customer) return;
  if (editing) {
    await save(customer, text);
    return;
  }
  const state = attached.state();
  if (state === "failed" || state === "running") {
    $("attached-told").textContent = t(state === "failed" ? "attach.failed.all" : "attach.running");
    if (state === "running") attached.whenReady(() => $("composer").requestSubmit());
    return;
  }
  if (!text.trim() && state === "none") return;
  const post = { place: customer.chat, text: text.trim() ? text : "", reply_to: quoted?.id };
  if (state === "ready") post.files = attached.take();
  quoted = null;
  $("text").value = "";
  saveDraft();
  outbox.add(post);
  log.toEnd();
  show();
}

async function save(customer, text) {
  if (!text.trim() && !editing.files?.length) return;
  try {
    log.put(await ask("PATCH", `/api/customers/messages/${editing.id}`, { body: { text }, ...withToken(customer) }));
    endEdit();
  } catch (refused) {
    $("editing").firstElementChild.textContent = t("store-failed", refused);
    return;
  }
  show();
}

async function remove(message) {
  if (await tell("DELETE", message.id)) log.put({ ...message, text: null });
  show();
}

function quote(message) {
  if (editing) endEdit();
  quoted = message;
  show();
  $("text").focus();
}

function beginEdit(message) {
  saveDraft();
  editing = message;
  quoted = null;
  $("editing").firstElementChild.textContent = t("editing");
  $("text").value = message.text;
  show();
  grow();
  $("text").focus();
}

function endEdit() {
  if (!editing) return;
  editing = null;
  $("text").value = kept(DRAFTS, {})[active] || "";
  grow();
}

const openDialog = () => {
  $("who-form").reset();
  $("who-error").textContent = "";
  $("who").showModal();
};

const grow = composer($("composer"), $("text"), send);
telling($("text"), () => {
  const customer = current();
  return customer && ask("POST", "/api/customers/typing", withToken(customer));
});
$("text").addEventListener("input", saveDraft);
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Escape" && (editing || quoted)) {
    endEdit();
    quoted = null;
    show();
  }
});
$("cancel-edit").addEventListener("click", () => {
  endEdit();
  show();
});
$("quote-off").addEventListener("click", () => {
  quoted = null;
  show();
  $("text").focus();
});
$("new-customer").addEventListener("click", openDialog);
$("first-customer").addEventListener("click", openDialog);
$("who-cancel").addEventListener("click", () => $("who").close());
$("who-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await create($("name").value);
    $("who").close();
    $("text").focus();
  } catch (refused) {
    $("who-error").textContent = t("store-failed", refused);
  }
});
$("tabs").addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const at = customers.findIndex((customer) => customer.chat === active);
  const next = customers[at + step];
  if (!step || !next) return;
  event.preventDefault();
  choose(next.chat, { focus: false });
  $("tabs").querySelector('[aria-selected="true"]')?.focus();
});
$("earlier").addEventListener("click", async () => {
  const [first] = log.sorted();
  await log.load(ask("GET", `/api/customers/messages?before=${first.id}`, withToken(current())));
  show({ stay: true });
});

if (!current()) active = customers[0]?.chat ?? null;
// what was half written is there before anybody can write over it
shown = active;
$("text").value = kept(DRAFTS, {})[active] || "";
speak(() => {
  show();
  attached.show();
});

// Where the stream begins: what was said before is on the pages that are loaded.
async function begin() {
  for (const customer of customers) {
    try {
      const page = await ask("GET", "/api/customers/messages?limit=1", withToken(customer));
      last = Math.min(last ?? page.seq, page.seq);
    } catch (refused) {
      if (refused.status === 401) gone.add(customer.chat);
      else throw refused;
    }
  }
}

async function start() {
  for (;;) {
    try {
      await begin();
      break;
    } catch {
      $("banner").hidden = false;
      $("banner").textContent = t("offline");
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
  $("banner").hidden = true;
  if (active) await choose(active);
  follow();
  outbox.flush();
}

start();
