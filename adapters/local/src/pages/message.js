// What a message holds beside its author: the line it answers, its text, its files, its reactions, what one can do.

import { $, el } from "/assets/common.js";
import { richText } from "/assets/rich.js";
import { t } from "/assets/words.js";

const EMOJI = ["👍", "❤️", "😄", "🎉", "🙏", "👀", "✅", "👎"];
const QUOTE_MAX = 120;

// A line of what a message says.
export function lineOf(message) {
  const names = (message.files || []).map((file) => `📎 ${file.name || t("file.unnamed")}`);
  return [(message.text ?? t("deleted")).replace(/\s+/g, " "), ...names].join(" ").trim().slice(0, QUOTE_MAX);
}

export function action(name, word, onclick) {
  return el("button", { type: "button", class: "link", "data-action": name, onclick }, word);
}

export class Parts {
  // `mine` says whether a message or a reaction is the reader's own; `react` and `unreact` tell the platform.
  constructor({ log, fetched, mine, react, unreact, textOf = (message) => message }) {
    Object.assign(this, { log, fetched, mine, react, unreact, textOf, picking: null });
    $("picker").append(
      ...EMOJI.map((key) => el("button", { type: "button", class: "emoji", onclick: () => this.pick(key) }, key)),
      el("form", { class: "row", onsubmit: (event) => { event.preventDefault(); this.pick($("any-emoji").value); } },
        el("input", { id: "any-emoji", maxlength: 16, autocomplete: "off" }),
        el("button", { type: "submit", class: "quiet small" }, "OK")));
    $("picker").addEventListener("toggle", (event) => event.newState === "closed" && this.focusBack());
  }

  // What is drawn of a message beside its own fields.
  also(message) {
    const quoted = message.reply_to && this.log.messages.get(message.reply_to);
    return quoted ? [quoted.name, lineOf(this.textOf(quoted))] : null;
  }

  draw(message) {
    if (message.text === null) return [el("p", { class: "text" }, el("em", {}, t("deleted")))];
    const shown = this.textOf(message);
    return [this.quote(message), shown.text !== "" && richText(shown), this.fetched.album(message.files), this.reactions(message)];
  }

  quote(message) {
    if (!message.reply_to) return null;
    const quoted = this.log.messages.get(message.reply_to);
    const line = quoted ? [el("bdi", { class: "name" }, this.mine(quoted) ? t("you") : quoted.name || t("bridge")), " ", lineOf(this.textOf(quoted))] : [t("quote.earlier")];
    const jump = () => {
      const there = $("messages").querySelector(`[data-key="${message.reply_to}"]`);
      there?.scrollIntoView({ block: "center" });
      there?.classList.add("found");
      setTimeout(() => there?.classList.remove("found"), 1_500);
    };
    return el("button", { type: "button", class: "quoted", "data-action": "quoted", dir: "auto", onclick: jump }, ...line);
  }

  reactions(message) {
    if (!message.reactions?.length) return null;
    const byKey = new Map();
    for (const one of message.reactions) byKey.set(one.key, [...(byKey.get(one.key) || []), one]);
    return el("p", { class: "reactions" }, ...[...byKey].map(([key, all]) => {
      const own = all.find(this.mine);
      const who = all.map((one) => (this.mine(one) ? t("you") : one.name || t("bridge"))).join(", ");
      return el("button", {
        type: "button", class: "reaction", "aria-pressed": String(Boolean(own)), "data-action": `reaction ${key}`,
        title: who, "aria-label": t("reaction.by", { key, who }),
        onclick: () => (own ? this.unreact(message, own) : this.react(message, key)),
      }, key, all.length > 1 && el("span", { class: "count" }, ` ${all.length}`));
    }));
  }

  reactAction(message) {
    return el("button", {
      type: "button", class: "link", "data-action": "react", "aria-label": t("react"), title: t("react"), "aria-haspopup": "dialog",
      onclick: (event) => this.open(message, event.currentTarget),
    }, "☺+");
  }

  open(message, button) {
    this.picking = message.id;
    const picker = $("picker");
    picker.setAttribute("aria-label", t("react"));
    $("any-emoji").setAttribute("aria-label", t("react.any"));
    $("any-emoji").placeholder = t("react.any");
    $("any-emoji").value = "";
    picker.showPopover();
    const [at, size] = [button.getBoundingClientRect(), picker.getBoundingClientRect()];
    picker.style.left = `${Math.max(8, Math.min(at.left, innerWidth - size.width - 8))}px`;
    picker.style.top = `${at.bottom + size.height + 8 > innerHeight ? Math.max(8, at.top - size.height - 4) : at.bottom + 4}px`;
    picker.querySelector("button").focus();
  }

  pick(key) {
    const message = this.log.messages.get(this.picking);
    const emoji = key.trim();
    if (!emoji) return;
    $("picker").hidePopover();
    if (message && !(message.reactions || []).some((one) => one.key === emoji && this.mine(one))) this.react(message, emoji);
  }

  focusBack() {
    if (document.activeElement && document.activeElement !== document.body && !$("picker").contains(document.activeElement)) return;
    $("messages").querySelector(`[data-key="${this.picking}"] [data-action=react]`)?.focus();
  }
}
