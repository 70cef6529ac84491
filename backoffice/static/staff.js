// What the staff screens do beyond plain HTML: the menu on narrow screens, and the progress of a running export.
// Everything works without this script; pages then show the state of the moment they were opened.
"use strict";

const POLL_EVERY = 2000;

function setUpMenu() {
  const button = document.querySelector(".menu-button");
  const menu = document.getElementById("menu");
  if (!button || !menu) return;
  document.documentElement.classList.add("js");
  const set = (open) => {
    button.setAttribute("aria-expanded", String(open));
    menu.classList.toggle("menu-open", open);
  };
  button.addEventListener("click", () => set(button.getAttribute("aria-expanded") !== "true"));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && button.getAttribute("aria-expanded") === "true") {
      set(false);
      button.focus();
    }
  });
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

setUpMenu();
for (const holder of document.querySelectorAll("[data-progress]")) {
  if (holder.querySelector('[data-moving="yes"]')) followProgress(holder);
}
