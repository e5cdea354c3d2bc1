// Files of messages: shown in the page where they can be, else to be downloaded; and those on their way up.
//
// A file is fetched with the reader's own token and shown from memory, so that no address gives it to anybody else.

import { $, el, freshId } from "/assets/common.js";
import { chosenLanguage, t } from "/assets/words.js";

const FILE_MAX = 100 * 1024 * 1024;
// What is shown without being asked for.
const AT_ONCE_MAX = 20 * 1024 * 1024;
const SHOWN = /^(image\/(png|jpeg|gif|webp|avif)|video\/(mp4|webm|quicktime)|audio\/(mpeg|m4a|ogg|opus|aac|x-flac|x-wav))$/;

export function sizeOf(bytes) {
  const [unit, count] = bytes < 1e3 ? ["byte", bytes] : bytes < 1e6 ? ["kilobyte", bytes / 1e3] : ["megabyte", bytes / 1e6];
  return new Intl.NumberFormat(chosenLanguage(), { style: "unit", unit, maximumFractionDigits: count < 10 ? 1 : 0 }).format(count);
}

const nameOf = (file) => file.name || t("file.unnamed");

// What was fetched so far: an address within this page for every file.
export class Fetched {
  // `address` says where a file is: a path, and headers.
  constructor(address) {
    Object.assign(this, { address, urls: new Map() });
    this.watch = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        this.watch.unobserve(target);
        target.dispatchEvent(new Event("wanted"));
      }
    }, { root: $("log"), rootMargin: "400px" });
  }

  // A file that this page brought itself needs not be fetched.
  put(id, blob) {
    this.urls.set(id, Promise.resolve(URL.createObjectURL(blob)));
  }

  url(file) {
    if (!this.urls.has(file.id)) {
      const url = this.load(file);
      this.urls.set(file.id, url);
      url.catch(() => this.urls.delete(file.id));
    }
    return this.urls.get(file.id);
  }

  async load(file) {
    const { path, headers } = this.address(file);
    const answer = await fetch(path, { headers, cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    const bytes = await answer.arrayBuffer();
    return URL.createObjectURL(new Blob([bytes], { type: SHOWN.test(file.mime) ? file.mime : "application/octet-stream" }));
  }

  forget() {
    for (const url of this.urls.values()) url.then(URL.revokeObjectURL, () => {});
    this.urls.clear();
  }

  async download(file, told) {
    try {
      el("a", { href: await this.url(file), download: nameOf(file) }).click();
    } catch {
      told.textContent = t("file.gone");
    }
  }

  // All files of a message, together.
  album(files) {
    if (!files?.length) return null;
    const pictures = files.filter((file) => ["image", "sticker"].includes(file.kind)).length;
    return el("div", { class: `album${pictures > 1 ? " many" : ""}` }, ...files.map((file) => this.draw(file)));
  }

  draw(file) {
    const isShown = SHOWN.test(file.mime) && file.kind !== "document";
    if (!isShown) return this.document(file);
    const box = el("div", { class: `media ${file.kind}`, "data-file": file.id });
    const show = async () => {
      try {
        box.replaceChildren(this.element(file, await this.url(file)));
      } catch {
        box.replaceChildren(el("span", { class: "wrong" }, t("file.gone")), this.document(file));
      }
    };
    if (file.size <= AT_ONCE_MAX) {
      box.append(el("span", { class: "loading" }, nameOf(file)));
      box.addEventListener("wanted", show);
      this.watch.observe(box);
    } else {
      const word = t("file.load", { name: nameOf(file), size: sizeOf(file.size) });
      box.append(el("button", { type: "button", class: "quiet", onclick: show }, word));
    }
    return box;
  }

  element(file, url) {
    if (file.kind === "video") return el("video", { src: url, controls: true, "aria-label": nameOf(file) });
    if (["audio", "voice"].includes(file.kind)) return el("audio", { src: url, controls: true, "aria-label": nameOf(file) });
    const button = el("button", { type: "button", class: "picture", "data-action": "show", "aria-label": t("file.show", { name: nameOf(file) }) },
      el("img", { src: url, alt: nameOf(file) }));
    button.addEventListener("click", () => this.enlarge(file, url));
    return button;
  }

  document(file) {
    const told = el("span", { class: "wrong", role: "status" });
    const button = el("button", { type: "button", class: "file", "data-action": "download", "aria-label": t("file.download", { name: nameOf(file) }) },
      el("span", { class: "sign", "aria-hidden": "true" }, "↓"),
      el("span", { class: "what" }, el("bdi", {}, nameOf(file)), el("span", { class: "size" }, sizeOf(file.size))));
    button.addEventListener("click", () => this.download(file, told));
    return el("div", { class: "media document", "data-file": file.id }, button, told);
  }

  enlarge(file, url) {
    const told = el("span", { class: "wrong" });
    const dialog = $("viewer");
    dialog.setAttribute("aria-label", nameOf(file));
    dialog.replaceChildren(
      el("img", { src: url, alt: nameOf(file) }),
      el("p", { class: "row" }, told,
        el("button", { type: "button", class: "quiet", onclick: () => this.download(file, told) }, t("file.save")),
        el("button", { type: "button", class: "primary", autofocus: true, onclick: () => dialog.close() }, t("close"))));
    dialog.showModal();
  }
}

// Files that are being added to messages, by the place that they are for.
export class Attached {
  // `address` says where files are brought for a place: a path, and headers; nothing when they cannot be.
  constructor({ address, fetched, changed, place }) {
    Object.assign(this, { address, fetched, changed, place, files: new Map(), waiting: null });
    $("attach").addEventListener("click", () => $("pick").click());
    $("pick").addEventListener("change", () => {
      this.add($("pick").files);
      $("pick").value = "";
      $("text").focus();
    });
    $("text").addEventListener("paste", (event) => {
      const { files, types } = event.clipboardData;
      // a table is copied as a picture of itself as well
      if (files.length === 0 || types.includes("text/plain")) return;
      event.preventDefault();
      this.add(files);
    });
    this.takeDrops();
  }

  takeDrops() {
    const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
    const over = (yes) => document.body.classList.toggle("dropping", yes);
    document.addEventListener("dragover", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      over(Boolean(this.place()));
    });
    document.addEventListener("dragleave", (event) => event.relatedTarget === null && over(false));
    document.addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      over(false);
      this.add(event.dataTransfer.files);
    });
  }

  here() {
    return this.files.get(this.place()) || [];
  }

  add(files) {
    const place = this.place();
    if (!place) return;
    const added = [...files].map((blob) => ({ key: freshId(), place, blob, name: blob.name, size: blob.size, part: 0 }));
    this.files.set(place, [...this.here(), ...added]);
    for (const one of added) this.bring(one);
    this.show();
  }

  remove(one) {
    one.request?.abort();
    this.files.set(one.place, (this.files.get(one.place) || []).filter((other) => other !== one));
    this.show();
    $("text").focus();
  }

  bring(one) {
    one.error = one.size > FILE_MAX ? t("attach.large", { size: sizeOf(FILE_MAX) }) : one.size === 0 ? t("attach.empty") : null;
    const address = !one.error && this.address(one.place, one.name);
    if (!address) return;
    const request = new XMLHttpRequest();
    one.request = request;
    request.open("POST", address.path);
    const headers = { ...address.headers, "Content-Type": one.blob.type || "application/octet-stream" };
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      one.part = total ? loaded / total : 0;
      this.show();
    });
    request.addEventListener("load", () => this.brought(one, request));
    request.addEventListener("error", () => this.failed(one, t("attach.failed")));
    request.send(one.blob);
  }

  brought(one, { status, response }) {
    if (status !== 201) {
      this.failed(one, response?.error ?? String(status));
      return;
    }
    one.file = response;
    if (response.kind !== "document") this.fetched.put(response.id, one.blob.slice(0, one.size, response.mime));
    this.show();
    const waiting = this.waiting;
    if (waiting?.place === this.place() && this.state() === "ready") {
      this.waiting = null;
      waiting.then();
    }
  }

  failed(one, error) {
    Object.assign(one, { error });
    this.waiting = null;
    this.show();
  }

  // `none`, `failed`, `running` or `ready`.
  state() {
    const here = this.here();
    if (here.length === 0) return "none";
    if (here.some((one) => one.error)) return "failed";
    return here.every((one) => one.file) ? "ready" : "running";
  }

  // Calls once everything here is up, unless something goes wrong or the reader goes elsewhere.
  whenReady(then) {
    this.waiting = { place: this.place(), then };
  }

  // What is up, for a message.
  take() {
    const files = this.here().map((one) => one.file);
    this.files.delete(this.place());
    this.show();
    return files;
  }

  show() {
    $("attach").setAttribute("aria-label", t("attach"));
    $("attach").title = t("attach");
    $("attached").hidden = this.here().length === 0;
    $("attached").replaceChildren(...this.here().map((one) => this.chip(one)));
    this.changed();
  }

  chip(one) {
    const state = one.error
      ? el("span", { class: "wrong", role: "alert" }, one.error)
      : el("span", { class: "size" }, one.file ? sizeOf(one.size) : `${Math.round(one.part * 100)} %`);
    const again = one.error && one.size > 0 && one.size <= FILE_MAX
      && el("button", { type: "button", class: "quiet small", onclick: () => { this.bring(one); this.show(); } }, t("again"));
    return el("li", { class: "chip-file" }, el("bdi", {}, one.name), " ", state, again,
      el("button", { type: "button", class: "close", "aria-label": t("attach.remove", { name: one.name }), onclick: () => this.remove(one) }, "×"));
  }
}
