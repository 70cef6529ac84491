// The page on which anyone checks a document: by the code on it, or by its file. The code lives behind "#" in the
// address, which browsers never send; a file is read here and never leaves the browser.

import { readCode, written } from "./check-code.js";
import { CheckData } from "./check-data.js";
import { hasOwnFunctions, sumOf } from "./digest.js";
import { day, fill, make } from "./parts.js";

const LARGEST_FILE = 200 * 1024 * 1024;
const LONGEST_SHOWN = 40;
const MARKS = { valid: "✓", replaced: "!", withdrawn: "✕", unknown: "?" };

const { text, kinds } = JSON.parse(document.getElementById("check-text").textContent);
const form = document.getElementById("check-form");
const input = document.getElementById("check-code");
const problem = document.getElementById("check-problem");
const zone = document.getElementById("check-zone");
const picker = document.getElementById("check-file");
const status = document.getElementById("check-status");
const result = document.getElementById("check-result");
const data = new CheckData(new URL(form.dataset.check, document.baseURI));
let turn = 0;
let shown = null;

/** What stands behind "#" or in `?ma=`, unless "#" leads to a part of this page; null when there is nothing. */
function typedInAddress() {
  const fragment = location.hash.slice(1);
  if (fragment && document.getElementById(decoded(fragment))) return null;
  return decoded(fragment) || new URLSearchParams(location.search).get("ma");
}

function decoded(fragment) {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

async function run() {
  const typed = typedInAddress();
  if (typed === null) return;
  const read = readCode(typed);
  input.value = read.code ? written(read.code) : typed.slice(0, LONGEST_SHOWN);
  followLanguage(read.code);
  if (read.problem) refuse(read.problem);
  else await look(() => data.byCode(read.code), (found) => (found ? [found, null] : null), text.unknown_code);
}

function refuse(name) {
  turn += 1;
  clear();
  status.textContent = "";
  problem.textContent = text.problems[name];
  input.setAttribute("aria-invalid", "true");
  input.focus();
}

function clear() {
  shown = null;
  problem.textContent = "";
  input.removeAttribute("aria-invalid");
  result.replaceChildren();
}

/** Ask the files and show what they say; only the latest question may still answer. */
async function look(ask, understand, unknown) {
  const mine = (turn += 1);
  clear();
  status.textContent = text.loading;
  try {
    const found = understand(await ask());
    if (mine !== turn) return;
    status.textContent = "";
    if (found) showDocument(...found);
    else showUnknown(unknown);
    result.querySelector("h2").focus();
  } catch (error) {
    if (mine !== turn) return;
    status.textContent = error.name === "NotReadableError" || error.name === "NotFoundError" ? text.file_unreadable : text.failed;
    console.error(error);
  }
}

async function take(files) {
  if (files.length !== 1) return tell(files.length ? text.one_file : text.no_file);
  const [file] = files;
  if (file.size > LARGEST_FILE) return tell(text.file_large);
  if (file.size === 0) return tell(text.file_empty);
  const known = shown;
  if (known) return compare(file, known);
  const ask = async () => {
    const sum = await sumOf(file);
    return data.byFile(sum);
  };
  return look(ask, (found) => (found ? [found, true] : null), fill(text.unknown_file, { name: file.name }));
}

function tell(sentence) {
  status.textContent = sentence;
}

async function compare(file, known) {
  const mine = (turn += 1);
  status.textContent = text.reading;
  try {
    const sum = await sumOf(file);
    if (mine !== turn) return;
    status.textContent = "";
    showVerdict(sum === known.file_sha256, file.name);
    result.querySelector(".check-verdict").focus();
  } catch (error) {
    if (mine === turn) tell(text.file_unreadable);
    console.error(error);
  }
}

function showDocument(found, isSameFile) {
  // A document that was found by its file is no measure for the next file.
  shown = isSameFile ? null : found;
  const state = found.document_state;
  const rows = [
    [text.fields.kind, kinds[found.document_kind] ?? found.document_kind],
    [text.fields.number, numberOf(found)],
    [text.fields.date, day(found.issued_on)],
    [text.fields.agency, found.agency],
    [text.fields.sum, make("code", { className: "hash" }, found.file_sha256)],
  ];
  const list = make("dl", {});
  for (const [label, value] of rows) list.append(make("dt", {}, label), make("dd", {}, value));
  const card = cardOf(state, text.states[state], explanation(found), list);
  card.append(make("p", { className: "check-advice" }, text.advice));
  if (isSameFile) showVerdict(true, "");
}

function explanation(found) {
  const other = found.replaced_by;
  if (found.document_state !== "replaced" || !other) return text.explained[found.document_state];
  const [kind, number, symbol, issuedOn] = other;
  return fill(text.replaced_by, {
    kind: kinds[kind] ?? kind,
    number: numberOf({ document_number: number, document_symbol: symbol }),
    date: day(issuedOn),
  });
}

/** As it stands on paper: numbers below ten with a nought before them. */
function numberOf({ document_number: number, document_symbol: symbol }) {
  const parts = [number === null ? "" : String(number).padStart(2, "0"), symbol ?? ""].filter(Boolean);
  return parts.join("/") || text.no_number;
}

function showUnknown(lines) {
  cardOf("unknown", text.states.unknown, lines, make("p", {}, text.unknown_help));
}

function cardOf(state, title, explained, ...rest) {
  const mark = make("span", { className: "check-mark", "aria-hidden": "true" }, MARKS[state]);
  const heading = make("h2", { tabindex: "-1", className: "focus-quiet" }, mark, title);
  const card = make("div", { className: `card check-card is-${state}`, "data-state": state }, heading);
  card.append(make("p", { className: "check-explained" }, explained), ...rest);
  result.replaceChildren(card);
  return card;
}

function showVerdict(isSame, name) {
  result.querySelector(".check-verdict")?.remove();
  const kind = isSame ? "same" : "other";
  const title = make("strong", {}, text.verdict[kind]);
  const more = make("p", {}, fill(text.verdict[`${kind}_more`], { name }));
  const box = make("div", { className: `check-verdict is-${kind} focus-quiet`, tabindex: "-1", role: "status" });
  box.append(make("p", {}, title), more);
  result.querySelector(".check-card").append(box);
}

/** The other language shows the same document; the address of its page gets the code too. */
function followLanguage(code) {
  for (const link of document.querySelectorAll(".tools a[hreflang]")) link.hash = code ? written(code) : "";
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const read = readCode(input.value);
  if (read.problem) {
    refuse(read.problem);
    return;
  }
  const next = `#${written(read.code)}`;
  if (next === location.hash) run();
  else location.hash = next;
});
addEventListener("hashchange", run);

picker.addEventListener("change", async () => {
  await take([...picker.files]);
  // The same file may be chosen once more after it was changed.
  picker.value = "";
});
for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    zone.classList.toggle("is-over", zone.contains(event.target));
  });
}
document.addEventListener("dragleave", () => zone.classList.remove("is-over"));
document.addEventListener("drop", (event) => {
  // A file that misses the box must not open in place of this page.
  event.preventDefault();
  zone.classList.remove("is-over");
  take([...event.dataTransfer.files]);
});

form.hidden = false;
zone.hidden = false;
document.getElementById("check-plain").hidden = hasOwnFunctions;
run();
