// Texts with looks: the platform's HTML, read without running it and built anew from what is known.

import { el } from "/assets/common.js";
import { t } from "/assets/words.js";

const TAGS = new Set(["strong", "em", "u", "del", "code", "pre", "blockquote", "ul", "ol", "li", "br"]);
const SCHEMES = /^(https?|mailto):/i;

// A text with its looks, or as it is.
export function richText(message) {
  if (!message.html) return el("p", { class: "text", dir: "auto" }, message.text ?? "");
  const box = el("div", { class: "text rich", dir: "auto" });
  copy(new DOMParser().parseFromString(message.html, "text/html").body, box);
  return box;
}

function copy(from, to) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) to.append(node.data);
    else if (node.nodeType === Node.ELEMENT_NODE) copyElement(node, to);
  }
}

function copyElement(node, to) {
  const tag = node.localName;
  if (TAGS.has(tag)) {
    const made = el(tag, tag === "ol" && { start: Number.parseInt(node.getAttribute("start"), 10) || undefined });
    copy(node, made);
    to.append(made);
  } else if (tag === "a" && SCHEMES.test(node.getAttribute("href") ?? "")) {
    const made = el("a", { href: node.getAttribute("href"), target: "_blank", rel: "noopener noreferrer" });
    copy(node, made);
    to.append(made);
  } else if (tag === "span" && node.hasAttribute("data-mx-spoiler")) {
    to.append(spoiler(node));
  } else {
    // an element that nobody knows is its text
    copy(node, to);
  }
}

// Hidden, from readers of the screen too, until somebody asks for it.
function spoiler(node) {
  const inside = el("span", { inert: true });
  copy(node, inside);
  const cover = el("span", { class: "spoiler", role: "button", tabindex: 0, "aria-label": t("spoiler") }, inside);
  const uncover = (event) => {
    if (!cover.hasAttribute("role") || (event.type === "keydown" && ![" ", "Enter"].includes(event.key))) return;
    event.preventDefault();
    inside.inert = false;
    for (const name of ["role", "tabindex", "aria-label"]) cover.removeAttribute(name);
  };
  cover.addEventListener("click", uncover);
  cover.addEventListener("keydown", uncover);
  return cover;
}
