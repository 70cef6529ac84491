// Search over the guidance pages, by folded words over the index that the build makes. Debtors are not in it.

import { foldAscii } from "./fold.js";

const LIMIT = 30;
const text = JSON.parse(document.getElementById("search-text").textContent);
const form = document.getElementById("guide-form");
const input = document.getElementById("guide-query");
const status = document.getElementById("guide-status");
const list = document.getElementById("guide-results");
const english = document.documentElement.lang === "en";
let sections;

async function load() {
  if (sections) return sections;
  const response = await fetch(form.dataset.index);
  if (!response.ok) throw new Error(String(response.status));
  const { docs } = await response.json();
  sections = docs
    .filter((entry) => entry.location.startsWith("en/") === english)
    .map((entry) => {
      const plain = new DOMParser().parseFromString(entry.text, "text/html").body.textContent;
      const title = new DOMParser().parseFromString(entry.title, "text/html").body.textContent;
      return { ...entry, title, plain, head: ` ${foldAscii(title)} `, body: ` ${foldAscii(plain)} ` };
    });
  return sections;
}

function score(section, words, phrase) {
  if (!words.every((word) => section.head.includes(word) || section.body.includes(word))) return 0;
  const inHead = words.filter((word) => section.head.includes(word)).length;
  return 1 + 3 * inHead + (section.head.includes(phrase) ? 8 : 0) + (section.body.includes(phrase) ? 4 : 0);
}

async function run() {
  const phrase = foldAscii(new URLSearchParams(location.hash.slice(1)).get("q") ?? "");
  list.replaceChildren();
  status.textContent = "";
  if (!phrase) return;
  try {
    const words = phrase.split(" ").map((word) => ` ${word}`);
    const ranked = (await load())
      .map((section) => ({ section, points: score(section, words, phrase) }))
      .filter(({ points }) => points > 0)
      .sort((a, b) => b.points - a.points);
    status.textContent = ranked.length ? text.found.replace("{n}", String(ranked.length)) : text.none;
    list.append(...ranked.slice(0, LIMIT).map(({ section }) => item(section)));
  } catch (error) {
    status.textContent = text.failed;
    console.error(error);
  }
}

function item(section) {
  const link = document.createElement("a");
  link.href = new URL(section.location, new URL(`${document.documentElement.dataset.base}/`, document.baseURI));
  link.textContent = section.title;
  const heading = document.createElement("h2");
  heading.append(link);
  const excerpt = document.createElement("p");
  excerpt.textContent = section.plain.length > 220 ? `${section.plain.slice(0, 220)}…` : section.plain;
  const entry = document.createElement("li");
  entry.className = "card";
  entry.append(heading, excerpt);
  return entry;
}

form.hidden = false;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  location.hash = new URLSearchParams({ q: input.value });
});
addEventListener("hashchange", run);
input.value = new URLSearchParams(location.hash.slice(1)).get("q") ?? "";
run();
