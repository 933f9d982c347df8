// @ts-check
// The page of an import that is under way: its bar moves, and in the end the page shows what came of it.
import { follow } from "./live.js";

const bar = document.querySelector("section.live");
if (bar instanceof HTMLElement && bar.dataset.import) {
  await follow(bar, bar.dataset.import);
  location.replace(location.pathname); // without what was told of the last step
}
