// Behaviour of the page frame: theme, menu on small screens, the search box of the home page, the agency filter.

import { foldAscii } from "./fold.js";

const root = document.documentElement;

function isDark() {
  return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

const themeButton = document.getElementById("theme-button");
function labelTheme() {
  themeButton.setAttribute("aria-label", isDark() ? themeButton.dataset.light : themeButton.dataset.dark);
}
themeButton.hidden = false;
labelTheme();
themeButton.addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  try {
    localStorage.setItem("theme", root.dataset.theme);
  } catch {
    // Storage may be forbidden: the choice then lasts for this page.
  }
  labelTheme();
});

const menuButton = document.getElementById("menu-button");
const menu = document.getElementById("main-nav");
function showMenu(open) {
  menuButton.setAttribute("aria-expanded", String(open));
  menu.classList.toggle("is-open", open);
}
menuButton.addEventListener("click", () => showMenu(menuButton.getAttribute("aria-expanded") !== "true"));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || menuButton.getAttribute("aria-expanded") !== "true") return;
  showMenu(false);
  menuButton.focus();
});

// The query travels behind "#": it never leaves the browser, so no server log holds who was looked for.
const homeForm = document.getElementById("home-search");
if (homeForm) {
  homeForm.hidden = false;
  homeForm.addEventListener("submit", (event) => {
    event.preventDefault();
    const query = new URLSearchParams({ q: document.getElementById("home-query").value });
    location.href = `${homeForm.dataset.target}#${query}`;
  });
}

const filter = document.getElementById("agency-filter");
if (filter) {
  const list = document.getElementById("agency-list");
  const count = document.getElementById("agency-count");
  const groups = [...list.querySelectorAll("details")].map((element) => ({
    element,
    text: foldAscii(element.querySelector("summary").textContent),
    items: [...element.querySelectorAll("[data-agency]")].map((item) => [item, foldAscii(item.textContent)]),
  }));
  const apply = () => {
    const words = foldAscii(filter.value).split(" ").filter(Boolean);
    const matches = (text) => words.every((word) => text.includes(word));
    let shown = 0;
    for (const { element, text, items } of groups) {
      const whole = matches(text);
      const hits = items.filter(([item, itemText]) => {
        const hit = whole || matches(itemText);
        item.hidden = !hit;
        return hit;
      });
      element.hidden = !whole && hits.length === 0;
      element.open = words.length > 0 && !element.hidden;
      if (!element.hidden) shown += 1;
    }
    count.textContent = words.length ? count.dataset.text.replace("{n}", String(shown)) : "";
  };
  filter.hidden = false;
  filter.labels[0].hidden = false;
  filter.addEventListener("input", apply);
}
