// Runs before the page is drawn: says that scripts work, and shows the chosen theme and menu width at once.
// The theme is kept under the name that the public site uses too. Nothing else belongs here.
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "dark" || theme === "light") root.dataset.theme = theme;
    if (localStorage.getItem("menu") === "narrow") root.dataset.menu = "narrow";
  } catch {
    // Storage may be forbidden: the system's theme and the wide menu stay.
  }
})();
