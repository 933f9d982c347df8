// @ts-check
// A bar that moves by itself: events of the server, or questions where events do not come through.

/**
 * @typedef {object} Told how far an import is, as /api/imports/{id}/progress has it
 * @property {number} import_id
 * @property {string} status
 * @property {string | null} step
 * @property {{step: string, state: string}[]} steps
 * @property {number | null} rows_done
 * @property {number | null} rows_total
 * @property {number | null} rows_per_second
 * @property {number | null} elapsed_seconds
 * @property {{word: string}} worker
 * @property {boolean} finished
 */

const POLL_MS = 2000;

/**
 * Follow an import until it has ended or waits for a person.
 * @param {HTMLElement} bar
 * @param {number | string} number
 * @returns {Promise<Told>} what was told last
 */
export function follow(bar, number) {
  return new Promise((resolve) => {
    const events = new EventSource(`/api/imports/${number}/events`);
    /** @param {Told} told */
    const hear = (told) => {
      show(bar, told);
      if (!told.finished && told.status !== "held") return;
      events.close();
      resolve(told);
    };
    for (const name of ["progress", "end"]) {
      events.addEventListener(name, (event) => hear(JSON.parse(event.data)));
    }
    events.onerror = () => {
      // A lost connection comes back by itself; one that was refused does not.
      if (events.readyState === EventSource.CLOSED) poll(number, hear);
    };
  });
}

/**
 * @param {number | string} number
 * @param {(told: Told) => void} hear
 */
async function poll(number, hear) {
  for (;;) {
    try {
      const answer = await fetch(`/api/imports/${number}/progress`);
      if (answer.ok) {
        const told = await answer.json();
        hear(told);
        if (told.finished || told.status === "held") return;
      }
    } catch {
      // The server is away: it is asked again.
    }
    await new Promise((go) => setTimeout(go, POLL_MS));
  }
}

/**
 * @param {HTMLElement} bar
 * @param {Told} told
 */
function show(bar, told) {
  const progress = bar.querySelector("progress");
  const done = told.rows_total ? (told.rows_done ?? 0) / told.rows_total : null;
  if (progress) {
    if (done === null) progress.removeAttribute("value");
    else progress.value = done;
  }
  for (const name of /** @type {const} */ (["rows_done", "rows_total", "rows_per_second"])) {
    fill(bar, name, told[name]?.toLocaleString("en") ?? "");
  }
  for (const name of /** @type {const} */ (["rows_done", "rows_total"])) {
    const part = bar.querySelector(`[data-part="${name}"]`);
    if (part instanceof HTMLElement) part.hidden = told[name] === null;
  }
  fill(bar, "elapsed_seconds", `${told.elapsed_seconds?.toFixed(1) ?? ""} s`);
  fill(bar, "word", told.worker.word);
  for (const item of bar.querySelectorAll("li[data-step]")) {
    if (!(item instanceof HTMLElement)) continue;
    const known = told.steps.find(({ step }) => step === item.dataset.step);
    item.hidden = !known;
    item.dataset.state = known?.state ?? "left out";
    item.ariaCurrent = known?.state === "now" ? "step" : null;
  }
  speak(bar, told, done);
}

/**
 * Say each step and every tenth of its rows, and nothing twice.
 * @param {HTMLElement} bar
 * @param {Told} told
 * @param {number | null} done
 */
function speak(bar, told, done) {
  const step = bar.querySelector(`li[data-step="${told.step}"]`)?.textContent ?? "";
  const tenths = done === null ? "" : ` ${Math.floor(done * 10) * 10} %`;
  fill(bar, "spoken", told.finished ? told.worker.word : step + tenths);
}

/**
 * @param {HTMLElement} root
 * @param {string} name
 * @param {string} text
 */
export function fill(root, name, text) {
  const slot = root.querySelector(`[data-slot="${name}"]`);
  if (slot && slot.textContent !== text) slot.textContent = text;
}
