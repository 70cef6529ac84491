// The one-stop desk: the fields of another procedure without leaving the page, one key for each next thing, printing.
// Everything works without this script: a button shows the fields, links lead on, browsers print by themselves.
"use strict";

// Text and what was chosen; files stay where they are, outside the part that changes.
function typedText(form) {
  const data = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") data.append(name, value);
  return data;
}

// What was typed while the answer was on its way stands again, and the focus where it was.
function replaceFields(part, html, sent) {
  const later = [...part.querySelectorAll("input, select, textarea")].filter((field) => field.value !== (sent.get(field.name) ?? ""));
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  part.innerHTML = html;
  for (const { name, value } of later) {
    const field = part.querySelector(`[name="${name}"]`);
    if (field) field.value = value;
  }
  if (focused) document.getElementById(focused)?.focus();
}

function setUpFields(form) {
  const part = document.getElementById("desk-fields");
  const reload = form.querySelector("[data-reload]");
  reload.hidden = true;
  let asked = 0;
  const show = async () => {
    const mine = ++asked;
    const sent = typedText(form);
    part.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.dataset.fields, { method: "POST", body: sent, credentials: "same-origin" });
      if (mine !== asked) return;
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const html = await answer.text();
      if (mine === asked) replaceFields(part, html, sent);
    } catch {
      // Then the whole page is asked for, which also keeps what was typed.
      if (mine === asked) form.requestSubmit(reload);
    } finally {
      if (mine === asked) part.removeAttribute("aria-busy");
    }
  };
  form.elements.procedure.addEventListener("change", show);
  form.elements.received_on.addEventListener("change", show);
}

// One key for each next thing; the switch in the list of keys holds for these too (keys.js).
function setUpNext() {
  const targets = new Map([...document.querySelectorAll("[data-key]")].map((link) => [link.dataset.key, link]));
  if (!targets.size) return;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return;
    if (areKeysOff() || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const target = targets.get(event.key.toLowerCase());
    if (!target) return;
    event.preventDefault();
    target.click();
  });
}

function setUpPrinting(button) {
  button.addEventListener("click", () => window.print());
  window.print();
}

const deskForm = document.querySelector("form.desk");
if (deskForm) setUpFields(deskForm);
setUpNext();
for (const button of document.querySelectorAll("[data-print]")) setUpPrinting(button);
