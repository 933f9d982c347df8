// @ts-check
// Files go in one after the other: known ones are told before they are sent, lost ones can be tried again.
import { fill, follow } from "./live.js";

const FOLLOW_MS = 300;
const AGAIN_MS = 2000;

const form = /** @type {HTMLFormElement} */ (document.getElementById("upload"));
const files = /** @type {HTMLInputElement} */ (document.getElementById("files"));
const drop = /** @type {HTMLElement} */ (document.getElementById("drop"));
const list = /** @type {HTMLElement} */ (document.getElementById("uploads"));
const supplier = /** @type {HTMLInputElement} */ (document.getElementById("supplier"));
const cost = /** @type {HTMLInputElement} */ (document.getElementById("cost"));

/** The files wait for each other, whenever they were chosen. */
let turn = Promise.resolve();

/**
 * A text of the page, with what it speaks of.
 * @param {string} name
 * @param {Record<string, unknown>} [facts]
 */
function word(name, facts = {}) {
  const said = document.querySelector(`[data-word="${name}"]`)?.textContent ?? "";
  return said.replace(/\{(\w+)\}/g, (_, fact) => String(facts[fact]));
}

/** @param {Iterable<File>} chosen */
function enter(chosen) {
  for (const file of chosen) {
    const item = copied("one-upload");
    list.append(item);
    fill(item, "name", file.name);
    fill(item, "state", word("next"));
    const wishes = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      const said = String(value).trim();
      if (said) wishes.set(name, name === "region" ? said.toUpperCase() : said);
    }
    turn = turn.then(() => bring(item, file, wishes));
  }
}

/**
 * @param {HTMLElement} item
 * @param {File} file
 * @param {URLSearchParams} wishes
 */
async function bring(item, file, wishes) {
  try {
    const known = await lookUp(item, file);
    if (known === null) return;
    if (known.refused) {
      fill(item, "state", word("known", { import: known.import_id }));
      link(item, known.import_id);
      return;
    }
    // One key for all tries of this file: what came through is not brought in once more.
    const stored = await send(item, file, wishes, crypto.randomUUID());
    if (stored) void become(item, stored.follow);
  } catch (error) {
    fill(item, "state", String(error));
  }
}

/**
 * Ask whether the same content was imported before, by its SHA-256: then nothing is sent.
 * @param {HTMLElement} item
 * @param {File} file
 * @returns {Promise<any>} what is known of it; null if somebody leaves it
 */
async function lookUp(item, file) {
  fill(item, "state", word("looking"));
  if (!crypto.subtle) return {}; // only where the page comes by plain HTTP from elsewhere
  if (file.size > Number(form.dataset.most)) return {}; // it is refused anyway: it is not read whole
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  const hex = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  for (;;) {
    const answer = await fetch(`/api/uploads?sha256=${hex}`).catch(() => null);
    if (answer) return answer.ok ? answer.json() : {};
    fill(item, "state", word("lost"));
    if (!(await asked(item, "try_again"))) return null;
    fill(item, "state", word("looking"));
  }
}

/**
 * Send it until it is stored, or somebody leaves it.
 * @param {HTMLElement} item
 * @param {File} file
 * @param {URLSearchParams} wishes
 * @param {string} key
 * @returns {Promise<{follow: string} | null>}
 */
async function send(item, file, wishes, key) {
  for (;;) {
    fill(item, "state", word("sending"));
    const { status, answer } = await put(item, file, wishes, key);
    if (status === 201) return answer;
    if (status === 0) {
      fill(item, "state", word("lost"));
      if (!(await asked(item, "try_again"))) return null;
    } else if (answer.code === "known_name") {
      fill(item, "state", word("again_name"));
      if (!(await asked(item, "new_version"))) return null;
      wishes.set("new_version", "true");
      key = crypto.randomUUID(); // it is another request
    } else {
      fill(item, "state", answer.detail ?? String(status));
      if (answer.import_id) link(item, answer.import_id);
      return null;
    }
  }
}

/**
 * One try; status 0 where the connection was lost.
 * @param {HTMLElement} item
 * @param {File} file
 * @param {URLSearchParams} wishes
 * @param {string} key
 * @returns {Promise<{status: number, answer: any}>}
 */
function put(item, file, wishes, key) {
  const bar = /** @type {HTMLProgressElement} */ (item.querySelector('[data-slot="sent"]'));
  const request = new XMLHttpRequest(); // fetch tells nothing of how much was sent
  request.open("PUT", `/api/uploads/${encodeURIComponent(file.name)}?${wishes}`);
  request.setRequestHeader("Idempotency-Key", key);
  request.upload.onprogress = ({ loaded, total }) => {
    bar.value = total ? loaded / total : 0;
  };
  bar.hidden = false;
  return new Promise((resolve) => {
    request.onloadend = () => {
      bar.hidden = true;
      resolve({ status: request.status, answer: parsed(request.responseText) });
    };
    request.send(file);
  });
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/**
 * Ask whether to go on: a button for it, and one for leaving it.
 * @param {HTMLElement} item
 * @param {string} name of the text of the first button
 * @returns {Promise<boolean>}
 */
function asked(item, name) {
  const actions = /** @type {HTMLElement} */ (item.querySelector('[data-slot="actions"]'));
  return new Promise((resolve) => {
    for (const [said, goes] of /** @type {[string, boolean][]} */ ([[name, true], ["leave", false]])) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = word(said);
      if (!goes) button.className = "plain";
      button.addEventListener("click", () => {
        actions.replaceChildren();
        if (!goes) fill(item, "state", word("left"));
        resolve(goes);
      });
      actions.append(button);
    }
  });
}

/**
 * See the stored file become an import, and follow that.
 * @param {HTMLElement} item
 * @param {string} address where it is told which import it is
 */
async function become(item, address) {
  fill(item, "state", word("stored"));
  let number = null;
  for (let pause = FOLLOW_MS; number === null; pause = AGAIN_MS) {
    await new Promise((go) => setTimeout(go, pause));
    const answer = await fetch(address).catch(() => null);
    number = answer?.ok ? (await answer.json()).import_id : null;
  }
  link(item, number);
  fill(item, "state", word("running"));
  const bar = copied("live");
  item.querySelector('[data-slot="live"]')?.append(bar);
  const told = await follow(bar, number);
  bar.remove();
  fill(item, "state", word("ended", { status: told.status }));
}

/**
 * @param {HTMLElement} item
 * @param {number | string} number
 */
function link(item, number) {
  const to = document.createElement("a");
  to.href = `/imports/${number}`;
  to.textContent = word("see", { import: number });
  item.querySelector('[data-slot="actions"]')?.replaceChildren(to);
}

/**
 * @param {string} id of a template
 * @returns {HTMLElement}
 */
function copied(id) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById(id));
  return /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  enter(files.files ?? []);
  files.value = "";
});
let agreed = ""; // the price that was filled in, and nobody's own
supplier.addEventListener("change", () => {
  const known = [...document.querySelectorAll("#suppliers option")].find(
    (one) => /** @type {HTMLOptionElement} */ (one).value === supplier.value,
  );
  if (cost.value !== agreed) return;
  agreed = (known instanceof HTMLElement && known.dataset.cost) || "";
  cost.value = agreed;
});
for (const name of ["dragover", "dragleave", "drop"]) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", name === "dragover");
    if (event instanceof DragEvent && name === "drop") enter(event.dataTransfer?.files ?? []);
  });
}
