// An entry in the list of topics: whose it is, what it waits for, and how much time is left for an answer.

import { age, el, lasting } from "/assets/common.js";
import { t } from "/assets/words.js";

// A topic's state as a shape; the word stands beside it.
export function signOf(state) {
  const shape = { waiting: "…", overdue: "!", answered: "✓", closed: "–" }[state];
  return el("span", { class: `sign sign-${state}`, "aria-hidden": "true" }, shape);
}

export const isWaiting = (topic) => topic.state === "waiting" || topic.state === "overdue";

export function entryOf(topic, { unread, current, choose }) {
  const since = isWaiting(topic) ? topic.since : topic.last_at;
  const preview = topic.preview.replace(/^\/\/\s*/, "");
  const due = topic.due && el("span", { class: "due", "data-due": topic.due.at, "data-paused": Boolean(topic.due.paused_until) });
  if (due) count(due);
  // how long it is overdue says that it is
  const state = due && isWaiting(topic) ? "waiting" : topic.state;
  return el("li", {},
    el("button", {
      type: "button", class: `topic state-${topic.state}${unread ? " unread" : ""}`, "data-topic": topic.id,
      "aria-current": current ? "true" : undefined, onclick: choose,
    },
      signOf(topic.state),
      el("span", { class: "what" },
        el("span", { class: "head" },
          el("span", { class: "title", dir: "auto" }, topic.title),
          unread && el("span", { class: "badge" }, t("unread"))),
        el("span", { class: "state" }, el("span", {}, `${t(`state.${state}`)} · ${age(since)}`), due),
        preview && el("span", { class: "preview", dir: "auto" }, preview))));
}

// Counts every entry down by what the page knows: nobody is asked.
export function countDown(list) {
  for (const due of list.querySelectorAll(".due")) count(due);
}

function count(due) {
  const left = new Date(due.dataset.due) - Date.now();
  const isOver = left < 0;
  const word = isOver ? "due.over" : "due.left";
  const words = "paused" in due.dataset ? t("due.paused") : t(word, { time: lasting(Math.abs(left)) });
  due.classList.toggle("over", isOver);
  if (due.textContent !== words) due.textContent = words;
}
