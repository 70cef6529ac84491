// Lists: saved filters are fetched when somebody opens them, and a row's page leads back to the list as it was left.
// Without this script the filters are a page of their own, and rows lead back to the whole list.
"use strict";

const KEPT = "openthads-list:";

for (const holder of document.querySelectorAll("details[data-part]")) {
  const load = async () => {
    const answer = await fetch(holder.dataset.part, { credentials: "same-origin" }).catch(() => null);
    if (answer?.ok && !answer.redirected) holder.querySelector("[data-place]").innerHTML = await answer.text();
  };
  holder.addEventListener("toggle", () => holder.open && load(), { once: true });
}

// What was searched for stays in this tab, not in addresses: it may be a person's name. Signing out forgets it.
const list = document.querySelector("[data-list]");
if (list) sessionStorage.setItem(KEPT + window.location.pathname, window.location.search);
for (const link of document.querySelectorAll(".trail a")) {
  const kept = sessionStorage.getItem(KEPT + link.pathname);
  if (kept && !link.search) link.search = kept;
}
for (const form of document.querySelectorAll('form[action$="/logout/"]')) {
  form.addEventListener("submit", () => sessionStorage.clear());
}
