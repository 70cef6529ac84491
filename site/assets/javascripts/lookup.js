// The look-up page: reads the query from the address, asks LookupData, draws cards. The state lives behind "#"
// in the address, so back, forward and bookmarks work and nothing of a query reaches the server.

import { cleanText, foldAscii, foldExact } from "./fold.js";
import { documentNumber, LookupData, NO_NAMES } from "./lookup-data.js";
import { day, fill, make } from "./parts.js";

const PAGE = 10;
const NAMES_AT_ONCE = 24;

const { text, obligations, reasons } = JSON.parse(document.getElementById("lookup-text").textContent);
const form = document.getElementById("lookup-form");
const input = document.getElementById("lookup-query");
const select = document.getElementById("lookup-province");
const status = document.getElementById("lookup-status");
const results = document.getElementById("lookup-results");
const intro = document.getElementById("lookup-intro");
const data = new LookupData(new URL(form.dataset.lookup, document.baseURI));
let turn = 0;

const separator = document.documentElement.lang === "en" ? "," : ".";
const grouped = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, separator);

function readState() {
  const state = new URLSearchParams(location.hash.slice(1));
  return { q: cleanText(state.get("q") ?? ""), place: state.get("tinh") ?? "", page: Number(state.get("trang")) || 1 };
}

function address({ q, place, page }) {
  const state = new URLSearchParams();
  if (q) state.set("q", q);
  if (place) state.set("tinh", place);
  if (page > 1) state.set("trang", String(page));
  return `#${state}`;
}

async function find({ q, place }) {
  await ready;
  const { alone } = documentNumber(q);
  const byNumber = alone ? await data.byNumber(q, place) : null;
  if (byNumber?.count) return { list: byNumber, near: NO_NAMES };
  if (!foldAscii(q)) return { list: { count: 0 }, near: NO_NAMES };
  const [list, near] = await Promise.all([data.sameName(q, place), data.nearNames(q, place)]);
  if (list.count || near.names.length || alone || !/\d/.test(q)) return { list, near };
  return { list: await data.byNumber(q, place), near };
}

async function run({ moveFocus = false } = {}) {
  const state = readState();
  const mine = (turn += 1);
  input.value = state.q;
  select.value = state.place;
  results.replaceChildren();
  intro.hidden = Boolean(state.q);
  status.textContent = state.q ? text.loading : "";
  if (!state.q) return;
  try {
    const found = await find(state);
    const pages = Math.max(1, Math.ceil(found.list.count / PAGE));
    const page = Math.min(Math.max(1, state.page), pages);
    const records = found.list.count ? await found.list.slice((page - 1) * PAGE, page * PAGE) : [];
    if (mine !== turn) return;
    status.textContent = sentence(state.q, found);
    draw(state, found, records, page, pages);
    if (moveFocus) results.querySelector("h2")?.focus();
  } catch (error) {
    if (mine !== turn) return;
    status.textContent = text.failed;
    console.error(error);
  }
}

function sentence(q, { list, near }) {
  const names = grouped(near.names.length);
  const bound = near.whole ? text.more_than : text.at_least;
  const values = { q, n: grouped(list.count), m: near.more ? fill(bound, { n: names }) : names };
  if (list.count && near.names.length) return fill(text.found_near, values);
  if (list.count) return fill(text.found, values);
  if (near.names.length) return fill(text.only_near, values);
  return fill(near.more ? text.cut : text.none, values);
}

function draw(state, { list, near }, records, page, pages) {
  const number = documentNumber(state.q);
  if (number.alone && !number.whole) results.append(make("p", {}, text.whole_number));
  if (!list.count && !near.names.length) {
    results.append(make("p", {}, near.more ? text.more_near : text.none_help));
    return;
  }
  if (records.length) {
    results.append(make("h2", { tabindex: "-1", className: "focus-quiet" }, text.exact_heading));
    results.append(make("ol", { className: "cards" }, ...records.map((record) => card(record, state.q))));
    if (pages > 1) results.append(pager(state, page, pages));
  }
  if (near.names.length) drawNames(state, near);
}

function card(record, query) {
  const exact = foldExact(record.full_name) === foldExact(query);
  const title = make("h3", {}, exact ? make("mark", {}, record.full_name) : record.full_name);
  const rows = [
    [text.fields.address, record.address],
    [text.fields.judgment, numbered(text.judgment_value, record.judgment_number, record.judgment_on, record.court_name)],
    [text.fields.decision, numbered(text.decision_value, record.enforcement_decision_number, record.enforcement_decision_on)],
    [text.fields.obligation, obligation(record)],
    [text.fields.reason, reasons[record.reason_code] ?? record.reason_code],
    [text.fields.agency, data.places.agencies[record.agency_code]?.[0] ?? record.agency_code],
    [text.fields.published, published(record)],
  ];
  const list = make("dl", {});
  for (const [label, value] of rows) list.append(make("dt", {}, label), make("dd", {}, value));
  const link = make("a", { href: form.dataset.correction }, text.correction);
  const id = make("span", {}, `${text.public_id}: `, make("code", {}, record.public_id));
  return make("li", { className: "card", "data-id": record.public_id }, title, list, make("footer", {}, id, link));
}

function numbered(template, number, date, court = "") {
  return fill(template, { number, date: day(date), court });
}

function obligation(record) {
  const label = obligations[record.obligation_code] ?? record.obligation_code;
  return record.obligation_amount_vnd === null ? label : `${label}: ${grouped(record.obligation_amount_vnd)} đ`;
}

function published({ published_on: first, updated_on: last }) {
  return last === first ? day(first) : `${day(first)} (${text.fields.updated} ${day(last)})`;
}

function pager(state, page, pages) {
  const box = make("nav", { className: "pager", "aria-label": fill(text.page, { p: page, t: pages }) });
  const link = (label, target) =>
    make("a", { className: "button button--plain", href: address({ ...state, page: target }) }, label);
  if (page > 1) box.append(link(text.previous, page - 1));
  box.append(make("span", {}, fill(text.page, { p: page, t: pages })));
  if (page < pages) box.append(link(text.next, page + 1));
  return box;
}

function drawNames(state, near) {
  const list = make("ul", { className: "names" });
  const more = make("button", { className: "button button--plain", type: "button" }, text.show_more);
  let shown = 0;
  const show = () => {
    const next = near.names.slice(shown, shown + NAMES_AT_ONCE);
    const items = next.map(({ name, count }) => {
      const amount = make("span", { className: "count" }, fill(text.count, { n: grouped(count) }));
      return make("li", {}, make("a", { href: address({ ...state, q: name, page: 1 }) }, name, amount));
    });
    list.append(...items);
    if (shown) items[0]?.querySelector("a").focus();
    shown += next.length;
    more.hidden = shown >= near.names.length;
  };
  show();
  more.addEventListener("click", show);
  results.append(make("h2", { tabindex: "-1", className: "focus-quiet" }, text.near_heading), list, more);
  if (near.more) results.append(make("p", { className: "quiet" }, text.more_near));
}

function fillProvinces() {
  const places = Object.entries(data.places.provinces).map(([code, [name, count]]) => ({ code, name, count }));
  places.sort((a, b) => new Intl.Collator("vi").compare(kindless(a.name), kindless(b.name)));
  for (const { code, name, count } of places.filter((place) => place.count > 0)) {
    select.append(make("option", { value: code }, `${name} (${grouped(count)})`));
  }
  select.value = readState().place;
}

function kindless(name) {
  return name.replace(/^(Tỉnh|Thành phố) /, "");
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const q = cleanText(input.value);
  if (!q) {
    status.textContent = text.too_short;
    input.focus();
    return;
  }
  const next = address({ q, place: select.value, page: 1 });
  if (next === location.hash) run();
  else location.hash = next;
});
select.addEventListener("change", () => {
  if (cleanText(input.value)) form.requestSubmit();
});
addEventListener("hashchange", () => {
  // After a link in the results the old results are gone: put the reader at the head of the new ones.
  run({ moveFocus: !form.contains(document.activeElement) });
});

form.hidden = false;
const ready = data.open().then(fillProvinces);
ready.catch(() => {
  status.textContent = text.failed;
});
run();
