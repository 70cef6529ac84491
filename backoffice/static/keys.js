// Keys of the staff screens: / and Ctrl+K to the search, g and a letter to a screen, ? for the list of keys; and the one
// thing the search box needs: an identity number leaves by POST, so that it stands in no address.
// Single keys can be switched off in the list of keys; they never act while somebody types.
"use strict";

const KEYS_OFF = "keys-off";
const WAIT_FOR_SECOND = 1500;

function areKeysOff() {
  try {
    return localStorage.getItem(KEYS_OFF) === "yes";
  } catch {
    return false;
  }
}

function isTyping(target) {
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

function setUpSearchBox() {
  for (const form of document.querySelectorAll("form[data-csrf]")) {
    form.addEventListener("submit", () => {
      const digits = form.elements.q.value.normalize("NFKC").replace(/[\s.-]/g, "");
      if (!/^(\d{9}|\d{12})$/.test(digits)) return;
      const token = document.createElement("input");
      token.type = "hidden";
      token.name = "csrf_token";
      token.value = form.dataset.csrf;
      form.append(token);
      form.method = "post";
    });
  }
}

function setUpKeys() {
  const box = document.getElementById("search-everything");
  const help = document.getElementById("keys");
  if (!box || !help) return;
  const targets = new Map([...help.querySelectorAll("[data-go]")].map((link) => [link.dataset.go, link.href]));
  let waitsUntil = 0;

  const search = (event) => {
    event.preventDefault();
    box.focus();
    box.select();
  };
  const single = (event) => {
    const key = event.key.toLowerCase();
    if (event.timeStamp < waitsUntil && targets.has(key)) {
      event.preventDefault();
      window.location.assign(targets.get(key));
    } else if (event.key === "/") search(event);
    else if (event.key === "?" && !help.open) help.showModal();
    waitsUntil = key === "g" ? event.timeStamp + WAIT_FOR_SECOND : 0;
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") search(event);
    else if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    else if (!areKeysOff() && !isTyping(event.target) && !document.querySelector("dialog[open]")) single(event);
  });

  const choice = help.querySelector("input[type=checkbox]");
  choice.checked = !areKeysOff();
  choice.addEventListener("change", () => {
    try {
      if (choice.checked) localStorage.removeItem(KEYS_OFF);
      else localStorage.setItem(KEYS_OFF, "yes");
    } catch {
      // Storage may be forbidden: the keys then stay on.
    }
  });
}

setUpSearchBox();
setUpKeys();
