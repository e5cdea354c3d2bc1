// What both pages need: elements, words on them, requests, the stream of events, and what is not sent yet.

import { LANGUAGES, chooseLanguage, chosenLanguage, t } from "/assets/words.js";

export const $ = (id) => document.getElementById(id);

// An element with properties and children. Text becomes text, never markup.
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// Puts words where the page names them, and lets the language be chosen.
export function speak(changed) {
  const select = $("language");
  for (const [code, name] of Object.entries(LANGUAGES)) select.append(el("option", { value: code }, name));
  const say = () => {
    document.documentElement.lang = chosenLanguage();
    select.value = chosenLanguage();
    select.setAttribute("aria-label", t("language"));
    for (const element of document.querySelectorAll("[data-word]")) element.textContent = t(element.dataset.word);
    changed();
  };
  select.addEventListener("change", () => {
    chooseLanguage(select.value);
    say();
  });
  say();
  return say;
}

export function kept(key, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function keep(key, value) {
  localStorage.setItem(key, JSON.stringify(value));
}

// A number for a post that a repeat of it will have as well.
export function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// A request that was refused (`status`), or that did not get through (`status` 0).
export class Refused extends Error {
  constructor(status, error, hint) {
    super(error);
    Object.assign(this, { status, error, hint });
  }

  get mayPass() {
    return this.status === 0 || this.status >= 500;
  }
}

export async function ask(method, path, { body, headers } = {}) {
  let answer;
  try {
    const json = body === undefined ? {} : { "Content-Type": "application/json" };
    const text = body === undefined ? undefined : JSON.stringify(body);
    answer = await fetch(path, { method, body: text, headers: { ...json, ...headers }, cache: "no-store" });
  } catch (error) {
    throw new Refused(0, String(error), "");
  }
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  const told = await answer.json().catch(() => ({}));
  if (answer.status === 401 && !path.startsWith("/api/customers") && !path.startsWith("/api/login")) {
    location.assign("/login");
  }
  throw new Refused(answer.status, told.error || answer.statusText, told.hint || "");
}

// Shows whether the page is connected.
export function connected(yes) {
  const banner = $("banner");
  banner.hidden = yes;
  banner.textContent = yes ? "" : t("offline");
  document.body.dataset.connected = String(yes);
}

// How long a stream may be silent before it is taken for dead; the platform shows life every 10 s.
const SILENCE = 25_000;

// Follows a stream of events, and comes back to it after the last event for as long as it is not closed.
export class Stream {
  constructor({ path, headers, after, on, back, unknown }) {
    Object.assign(this, { path, headers: headers || {}, last: after, on, back, unknown, closed: false, wait: 300 });
    this.hurry = () => this.wake && this.wake();
    addEventListener("online", this.hurry);
    document.addEventListener("visibilitychange", this.hurry);
    this.follow();
  }

  close() {
    this.closed = true;
    this.abort?.abort();
    removeEventListener("online", this.hurry);
    document.removeEventListener("visibilitychange", this.hurry);
  }

  async follow() {
    while (!this.closed) {
      try {
        await this.read();
      } catch {
        // told by the banner, mended by the next turn
      }
      if (this.closed) return;
      connected(false);
      await new Promise((resolve) => {
        this.wake = resolve;
        setTimeout(resolve, this.wait + Math.random() * 200);
      });
      this.wait = Math.min(this.wait * 2, 5_000);
    }
  }

  async read() {
    this.abort = new AbortController();
    const timer = () => setTimeout(() => this.abort.abort(), SILENCE);
    let silence = timer();
    try {
      const headers = { ...this.headers, Accept: "text/event-stream", "Last-Event-ID": String(this.last) };
      const answer = await fetch(this.path, { headers, cache: "no-store", signal: this.abort.signal });
      if (answer.status === 401) this.unknown();
      if (!answer.ok) throw new Error(String(answer.status));
      this.wait = 300;
      connected(true);
      this.back();
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        clearTimeout(silence);
        silence = timer();
        const events = (rest + value).split("\n\n");
        rest = events.pop();
        for (const event of events) this.take(event);
      }
    } finally {
      clearTimeout(silence);
    }
  }

  take(block) {
    const event = { event: "message", data: "" };
    for (const line of block.split("\n")) {
      const colon = line.indexOf(":");
      if (colon > 0) event[line.slice(0, colon)] = line.slice(colon + 1).replace(/^ /, "");
    }
    if (event.id !== undefined) this.last = Number(event.id);
    if (event.data) this.on(event.event, JSON.parse(event.data));
  }
}

// Posts that are not acknowledged yet. They survive a reload and are sent again under the same number.
export class Outbox {
  constructor(key, { send, changed }) {
    Object.assign(this, { key, send, changed, busy: new Set() });
    setInterval(() => this.flush(), 3_000);
  }

  all() {
    return kept(this.key, []);
  }

  write(posts) {
    keep(this.key, posts);
    this.changed();
  }

  add(post) {
    this.write([...this.all(), { ...post, client_id: freshId(), at: new Date().toISOString() }]);
    this.flush();
  }

  drop(id) {
    this.write(this.all().filter((post) => post.client_id !== id));
  }

  again(id) {
    this.write(this.all().map((post) => (post.client_id === id ? { ...post, error: undefined } : post)));
    this.flush();
  }

  // One after the other in every place, so that their order holds.
  flush() {
    for (const place of new Set(this.all().map((post) => post.place))) this.flushPlace(place);
  }

  async flushPlace(place) {
    if (this.busy.has(place)) return;
    this.busy.add(place);
    try {
      for (;;) {
        const post = this.all().find((post) => post.place === place && !post.error);
        if (!post) return;
        try {
          await this.send(post);
          this.drop(post.client_id);
        } catch (refused) {
          if (!(refused instanceof Refused)) throw refused;
          if (refused.mayPass) return;
          const told = `${refused.error}. ${refused.hint}`;
          this.write(this.all().map((one) => (one.client_id === post.client_id ? { ...one, error: told } : one)));
        }
      }
    } finally {
      this.busy.delete(place);
    }
  }
}

// The chosen language as this browser's owner writes it, e.g. with 24 hours.
function manner() {
  return navigator.languages.find((one) => one.startsWith(chosenLanguage())) || chosenLanguage();
}

export function clockTime(at) {
  return new Date(at).toLocaleTimeString(manner(), { hour: "2-digit", minute: "2-digit" });
}

export function dayOf(at) {
  const date = new Date(at);
  const day = (offset) => new Date(Date.now() - offset * 86_400_000).toDateString();
  if (date.toDateString() === day(0)) return t("today");
  if (date.toDateString() === day(1)) return t("yesterday");
  return date.toLocaleDateString(manner(), { weekday: "long", day: "numeric", month: "long", year: "numeric" });
}

export function age(at) {
  const minutes = Math.floor((Date.now() - new Date(at)) / 60_000);
  if (minutes < 1) return t("age.now");
  if (minutes < 60) return t("age.minutes", { n: minutes });
  if (minutes < 48 * 60) return t("age.hours", { n: Math.floor(minutes / 60) });
  return t("age.days", { n: Math.floor(minutes / 1_440) });
}

// A length of time, given in milliseconds, in its two largest units.
export function lasting(span) {
  const [seconds, minutes, hours, days] = [1_000, 60_000, 3_600_000, 86_400_000].map((unit) => Math.floor(span / unit));
  if (minutes < 1) return t("lasting.seconds", { s: seconds });
  if (hours < 1) return t("lasting.minutes", { m: minutes });
  if (days < 2) return t("lasting.hours", { h: hours, m: minutes % 60 });
  return t("lasting.days", { d: days, h: hours % 24 });
}

export function timeOf(at) {
  return el("time", { datetime: at, title: new Date(at).toLocaleString(manner()) }, clockTime(at));
}

// A round sign with a person's picture, or with the first letter; the same person has the same colour.
export function faceOf(name, persona) {
  const face = el("span", { class: "face", "aria-hidden": "true" }, [...name.trim()][0]?.toUpperCase() || "?");
  let hue = 0;
  for (const c of name) hue = (hue * 31 + c.codePointAt(0)) % 360;
  face.style.setProperty("--hue", hue);
  if (persona) {
    const picture = el("img", { alt: "", onload: () => face.replaceChildren(picture) });
    picture.src = `/api/pictures/${encodeURIComponent(persona)}`;
  }
  return face;
}

// The messages of one place: shown in order, each once, the newest kept in view.
export class Log {
  // `also` says what a message's drawing depends on beside the message.
  constructor(draw, also = () => null) {
    Object.assign(this, { draw, also, messages: new Map(), states: new WeakMap(), touched: null, more: false });
    this.box = $("log");
    this.list = $("messages");
    this.ended = true;
    this.box.addEventListener("scroll", () => {
      this.ended = this.isAtEnd();
      if (this.ended) $("newest").hidden = true;
    });
    // a keyboard that opens, or a composer that grows, does not cover what was just said
    const grown = new ResizeObserver(() => this.ended && this.toEnd());
    grown.observe(this.box);
    // nor does a picture that comes later
    grown.observe(this.list);
    $("newest").addEventListener("click", () => this.toEnd());
  }

  isAtEnd() {
    return this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < 80;
  }

  toEnd() {
    this.box.scrollTop = this.box.scrollHeight;
    $("newest").hidden = true;
  }

  clear() {
    this.messages.clear();
    this.more = false;
    this.list.replaceChildren();
    $("newest").hidden = true;
  }

  sorted() {
    return [...this.messages.values()].sort((one, other) => Number(one.id) - Number(other.id));
  }

  // Takes a page that was asked for by `load`; what came by the stream meanwhile is newer.
  async load(request) {
    const touched = new Set();
    this.touched = touched;
    const page = await request;
    if (this.touched !== touched) return null;
    this.touched = null;
    for (const message of page.messages) if (!touched.has(message.id)) this.messages.set(message.id, message);
    this.more = page.more;
    return page;
  }

  put(message) {
    this.touched?.add(message.id);
    const isNew = !this.messages.has(message.id);
    this.messages.set(message.id, message);
    return isNew;
  }

  // Draws everything, `pending` behind it; stays at the end if it was there.
  show(pending, { stay = false } = {}) {
    const wasAtEnd = this.isAtEnd();
    const fromEnd = this.box.scrollHeight - this.box.scrollTop;
    const focused = document.activeElement?.closest?.("[data-key]");
    const action = document.activeElement?.dataset?.action;
    const rows = [];
    let day = null;
    for (const message of [...this.sorted(), ...pending]) {
      const key = message.id || message.client_id;
      if (message.card) continue;
      const today = new Date(message.at).toDateString();
      if (today !== day) rows.push({ key: `day-${today}`, node: () => el("li", { class: "day" }, dayOf(message.at)), state: chosenLanguage() });
      day = today;
      rows.push({ key, node: () => this.draw(message, this), state: JSON.stringify([message, chosenLanguage(), this.salt, this.also(message)]) });
    }
    this.patch(rows);
    $("earlier").hidden = !this.more;
    if (focused && !focused.isConnected) {
      const same = this.list.querySelector(`[data-key="${focused.dataset.key}"] [data-action="${action}"]`);
      (same || this.box).focus();
    }
    if (stay) this.box.scrollTop = this.box.scrollHeight - fromEnd;
    else if (wasAtEnd) this.toEnd();
  }

  // Only what changed is drawn again, so that a reader's place and a screen reader's attention stay.
  patch(rows) {
    const old = new Map([...this.list.children].map((node) => [node.dataset.key, node]));
    let next = this.list.firstElementChild;
    for (const { key, node, state } of rows) {
      let child = old.get(key);
      old.delete(key);
      if (!child || this.states.get(child) !== state) {
        const fresh = node();
        fresh.dataset.key = key;
        this.states.set(fresh, state);
        if (child) {
          if (child === next) next = fresh;
          child.replaceWith(fresh);
        }
        child = fresh;
      }
      if (child === next) next = child.nextElementSibling;
      else this.list.insertBefore(child, next);
    }
    for (const child of old.values()) child.remove();
  }
}

// Enter sends, Shift+Enter starts a line, the box grows with its text.
// Tells at most every four seconds that one writes; `tell` says it to the platform.
export function telling(text, tell) {
  let told = 0;
  text.addEventListener("input", () => {
    if (text.value.trim() === "" || Date.now() - told < 4_000) return;
    told = Date.now();
    Promise.resolve(tell()).catch(() => {});
  });
}

// Shows for some seconds that somebody of the other side writes.
export function writes() {
  const line = $("typing");
  line.textContent = t("typing");
  clearTimeout(line.timer);
  line.timer = setTimeout(() => (line.textContent = ""), 6_000);
}

export function composer(form, text, send) {
  const grow = () => {
    text.style.height = "auto";
    text.style.height = `${Math.min(text.scrollHeight + 2, innerHeight * 0.4)}px`;
  };
  text.addEventListener("input", grow);
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
    grow();
  });
  return grow;
}
