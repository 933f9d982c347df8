// @ts-check
// Rejected rows in the grid: whole columns at once, and what is changed sent to the API.

/** @param {string} id */
const found = (id) => document.getElementById(id);
const told = found("told");

/** @param {string} text */
function tell(text) {
  if (told) told.textContent = text;
}

/**
 * Ask the API; what is wrong is told.
 * @param {string} address
 * @param {BodyInit} body
 * @param {Record<string, string>} headers
 * @returns {Promise<any>} its answer, or null
 */
async function ask(address, body, headers) {
  try {
    const answer = await fetch(address, { method: "POST", body, headers });
    const said = await answer.json();
    if (answer.ok) return said;
    tell(said.detail);
  } catch (error) {
    tell(String(error));
  }
  return null;
}

/**
 * Bring rows in again, and go to where it is told what became of them.
 * @param {HTMLFormElement} form
 * @param {BodyInit} body
 * @param {Record<string, string>} headers
 */
async function retry(form, body, headers) {
  const button = form.querySelector("button:not([type=button])");
  if (!(button instanceof HTMLButtonElement) || button.disabled) return;
  button.disabled = true;
  const stored = await ask(form.dataset.retry ?? "", body, headers);
  if (stored) location.search = stored.follow.slice(stored.follow.indexOf("?"));
  else button.disabled = false;
}

/** @typedef {HTMLInputElement | HTMLTextAreaElement} Cell */

/**
 * @param {HTMLFormElement} form
 * @param {string} column all of them where it is empty
 * @returns {Cell[]}
 */
function cells(form, column = "") {
  return [...form.querySelectorAll(column ? `[data-column="${column}"]` : "[data-column]")].map(
    (cell) => /** @type {Cell} */ (cell),
  );
}

/** @param {HTMLFormElement} form */
async function mendColumn(form) {
  const of = cells(form, /** @type {HTMLSelectElement} */ (found("column")).value);
  const [how, order] = /** @type {HTMLSelectElement} */ (found("how")).value.split("-");
  const region = /** @type {HTMLInputElement} */ (found("region")).value.toUpperCase();
  /** @type {Record<string, unknown>} */
  const asked = { how, cells: of.map((cell) => cell.value) };
  if (how === "dates") asked.order = order;
  if (how === "phones") asked.region = region;
  const json = { "Content-Type": "application/json" };
  const said = await ask(`${form.dataset.retry}/suggest`, JSON.stringify(asked), json);
  if (!said) return;
  let changed = 0;
  of.forEach((cell, at) => {
    if (cell.value === said.cells[at]) return;
    cell.value = said.cells[at];
    changed += 1;
  });
  tell((told?.dataset.changed ?? "").replace("{}", String(changed)));
}

/**
 * The rows of which a cell was changed, by their numbers.
 * @param {HTMLFormElement} form
 */
function changedRows(form) {
  /** @type {Map<string, Record<string, string>>} */
  const rows = new Map();
  for (const cell of cells(form)) {
    if (cell.value === cell.defaultValue) continue;
    const { row = "", header = "" } = cell.dataset;
    rows.set(row, { ...rows.get(row), [header]: cell.value });
  }
  return [...rows].map(([row, changed]) => ({ row: Number(row), cells: changed }));
}

const grid = found("mend");
if (grid instanceof HTMLFormElement) {
  found("column-tools")?.removeAttribute("hidden");
  found("apply")?.addEventListener("click", () => mendColumn(grid));
  grid.addEventListener("submit", (event) => {
    event.preventDefault();
    const rows = changedRows(grid);
    if (!rows.length) return tell(told?.dataset.unchanged ?? "");
    const key = new FormData(grid).get("key");
    const headers = { "Content-Type": "application/json", "Idempotency-Key": String(key) };
    return retry(grid, JSON.stringify({ rows }), headers);
  });
}

const file = found("file");
if (file instanceof HTMLFormElement) {
  file.hidden = false;
  file.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = /** @type {HTMLInputElement} */ (found("mended")).files?.[0];
    if (chosen) retry(file, chosen, { "Content-Type": "text/csv" });
  });
}

if (found("on-its-way")) {
  const look = setInterval(async () => {
    const known = await fetch(`/api/uploads${location.search}`);
    if (!known.ok || (await known.json()).import_id === null) return;
    clearInterval(look);
    location.reload();
  }, 1000);
}
