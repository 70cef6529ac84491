// What the staff screens do beyond plain HTML: menu, theme, things that open, tabs, table heads, dialogs, progress.
// Everything works without this script; pages then show the state of the moment they were opened.
"use strict";

const POLL_EVERY = 2000;
const root = document.documentElement;

function keep(name, value) {
  try {
    if (value) localStorage.setItem(name, value);
    else localStorage.removeItem(name);
  } catch {
    // Storage may be forbidden: the choice then lasts as long as the page.
  }
}

// The menu: a drawer on narrow screens, a strip of drawings on wide ones if the person likes.
function setUpMenu() {
  const button = document.querySelector(".menu-button");
  const menu = document.getElementById("menu");
  if (!button || !menu) return;
  const main = document.getElementById("main");
  const isOpen = () => button.getAttribute("aria-expanded") === "true";
  const set = (open) => {
    button.setAttribute("aria-expanded", String(open));
    menu.classList.toggle("menu-open", open);
    main.inert = open;
  };
  button.addEventListener("click", () => set(!isOpen()));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isOpen()) {
      set(false);
      button.focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (isOpen() && !menu.contains(event.target) && !button.contains(event.target)) set(false);
  });
  matchMedia("(max-width: 60rem)").addEventListener("change", () => set(false));
  // Only the menu's own list is scrolled: `scrollIntoView` would move the page too, and hide its heading.
  const list = menu.querySelector(".menu-scroll");
  const here = list.querySelector("[aria-current]");
  if (here) list.scrollTop = Math.max(0, here.offsetTop + here.offsetHeight - list.offsetTop - list.clientHeight + 16);
}

function setUpMenuWidth() {
  const button = document.querySelector(".menu-width");
  if (!button) return;
  const isNarrow = () => root.dataset.menu === "narrow";
  const show = () => {
    button.setAttribute("aria-pressed", String(isNarrow()));
    for (const link of document.querySelectorAll(".menu a, .menu-width")) {
      if (isNarrow()) link.title = link.textContent.trim();
      else link.removeAttribute("title");
    }
  };
  button.addEventListener("click", () => {
    if (isNarrow()) delete root.dataset.menu;
    else root.dataset.menu = "narrow";
    keep("menu", root.dataset.menu);
    show();
  });
  show();
}

function setUpTheme() {
  const buttons = [...document.querySelectorAll("[data-theme-choice]")];
  const show = () => {
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === (root.dataset.theme ?? "")));
    }
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const theme = button.dataset.themeChoice;
      if (theme) root.dataset.theme = theme;
      else delete root.dataset.theme;
      keep("theme", theme);
      show();
    });
  }
  show();
}

// What opens below a button closes again by Escape, by a click elsewhere, and when the focus leaves it.
function setUpDrops() {
  const close = (drop) => { drop.open = false; };
  const opened = () => document.querySelectorAll("details.drop[open]");
  document.addEventListener("click", (event) => {
    for (const drop of opened()) if (!drop.contains(event.target)) close(drop);
  });
  document.addEventListener("focusin", (event) => {
    for (const drop of opened()) if (!drop.contains(event.target)) close(drop);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const drop of opened()) {
      const held = drop.contains(document.activeElement);
      close(drop);
      if (held) drop.querySelector("summary").focus();
    }
  });
}

function setUpDialogs() {
  for (const button of document.querySelectorAll("[data-dialog]")) {
    button.addEventListener("click", () => document.getElementById(button.dataset.dialog)?.showModal());
  }
  for (const button of document.querySelectorAll(".dialog-close")) {
    button.addEventListener("click", () => button.closest("dialog").close());
  }
}

// A tab that was not read with the page: its rows take the place of the link to their list, which stays on a failure.
async function fetchTab(holder) {
  const address = holder.dataset.tabPart;
  delete holder.dataset.tabPart;
  holder.setAttribute("aria-busy", "true");
  const answer = await fetch(address, { credentials: "same-origin" }).catch(() => null);
  if (answer?.ok && !answer.redirected) {
    holder.innerHTML = await answer.text();
    setUpTables(holder);
  }
  holder.removeAttribute("aria-busy");
}

// Sections become tabs: one is shown, the arrow keys move, the address keeps which.
function setUpTabs(holder) {
  const list = holder.querySelector(".tab-list");
  const tabs = [...list.querySelectorAll(".tab")];
  const panelOf = (tab) => document.getElementById(tab.hash.slice(1));
  const select = (chosen) => {
    for (const tab of tabs) {
      tab.setAttribute("aria-selected", String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
      panelOf(tab).hidden = tab !== chosen;
    }
    const later = panelOf(chosen).querySelector("[data-tab-part]");
    if (later) fetchTab(later);
  };
  const fromAddress = () => tabs.find((tab) => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    return target && panelOf(tab).contains(target);
  });
  list.setAttribute("role", "tablist");
  for (const tab of tabs) {
    tab.setAttribute("role", "tab");
    tab.id ||= `of-${tab.hash.slice(1)}`;
    tab.setAttribute("aria-controls", tab.hash.slice(1));
    const panel = panelOf(tab);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    tab.addEventListener("click", (event) => {
      event.preventDefault();
      history.replaceState(null, "", tab.hash);
      select(tab);
    });
  }
  list.addEventListener("keydown", (event) => {
    const here = tabs.indexOf(document.activeElement);
    const steps = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: tabs.length - 1 };
    if (here < 0 || !(event.key in steps)) return;
    event.preventDefault();
    const next = tabs[(steps[event.key] + tabs.length) % tabs.length];
    next.focus();
    next.click();
  });
  addEventListener("hashchange", () => { const tab = fromAddress(); if (tab) select(tab); });
  select(fromAddress() ?? tabs[0]);
  holder.classList.add("tabs-ready");
}

// The head of a table sticks below the top bar where the table fits; a table that scrolls sideways keeps its own box.
const tableSizes = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    target.classList.remove("fits");
    target.classList.toggle("fits", target.scrollWidth <= target.clientWidth + 1);
  }
});

function setUpTables(place) {
  for (const holder of place.querySelectorAll(".table-scroll")) tableSizes.observe(holder);
}

async function followProgress(holder) {
  const isMoving = () => holder.querySelector("[data-moving]")?.dataset.moving === "yes";
  const wait = () => new Promise((done) => setTimeout(done, POLL_EVERY));
  while (isMoving()) {
    await wait();
    try {
      const answer = await fetch(holder.dataset.progress, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return;
      holder.innerHTML = await answer.text();
    } catch {
      continue; // The connection broke for a moment: ask again.
    }
  }
  // The run has ended: the page now has its report and its buttons.
  window.location.reload();
}

// The box in the heading ticks the boxes of all rows of the page; without the script, the form below offers the same.
function setUpChoosing(box) {
  const boxes = [...document.querySelectorAll(`input[name="row"][form="${box.dataset.chooseAll}"]`)];
  box.hidden = false;
  const show = () => {
    const ticked = boxes.filter((item) => item.checked).length;
    box.checked = ticked === boxes.length;
    box.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  box.addEventListener("change", () => {
    for (const item of boxes) item.checked = box.checked;
  });
  for (const item of boxes) item.addEventListener("change", show);
}

// Files that are too large together are refused before they are sent; while they are sent, the page says so.
function setUpUpload(form) {
  const files = form.querySelector("input[type=file]");
  const tooLarge = form.querySelector("[data-upload-too-large]");
  form.addEventListener("submit", (event) => {
    const total = [...files.files].reduce((sum, file) => sum + file.size, 0);
    tooLarge.hidden = total <= Number(form.dataset.uploadLimit);
    if (!tooLarge.hidden) {
      event.preventDefault();
      files.focus();
      return;
    }
    form.querySelector("[data-upload-busy]").hidden = false;
  });
}

setUpMenu();
setUpMenuWidth();
setUpTheme();
setUpDrops();
setUpDialogs();
setUpTables(document);
for (const holder of document.querySelectorAll("[data-tabs]")) setUpTabs(holder);
for (const box of document.querySelectorAll("[data-choose-all]")) setUpChoosing(box);
for (const holder of document.querySelectorAll("[data-progress]")) {
  if (holder.querySelector('[data-moving="yes"]')) followProgress(holder);
}
for (const form of document.querySelectorAll("[data-upload-limit]")) setUpUpload(form);

// Forms: a warning before unsaved text is left behind, Ctrl+S to save, and focus on what went wrong.
function setUpForms() {
  const forms = document.querySelectorAll("form.form, .steps form");
  let isUnsaved = Boolean(document.querySelector('form[data-unsaved="yes"]'));
  for (const form of forms) {
    form.addEventListener("input", () => { isUnsaved = true; });
    form.addEventListener("submit", () => { isUnsaved = false; });
  }
  window.addEventListener("beforeunload", (event) => {
    if (isUnsaved) event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    const form = document.activeElement?.closest("form.form") ?? document.querySelector("form.form");
    if (!form || event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    // Where several buttons save, one is the usual.
    form.requestSubmit(form.querySelector("button[data-usual]"));
  });
  document.getElementById("problems")?.focus();
  document.querySelector("form[data-go-on]")?.requestSubmit();
}

setUpForms();
