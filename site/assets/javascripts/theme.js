// Runs before the page is drawn, so that a chosen theme shows from the first moment. Nothing else belongs here.
(() => {
  const root = document.documentElement;
  root.classList.replace("no-js", "js");
  try {
    const chosen = localStorage.getItem("theme");
    if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
  } catch {
    // Storage may be forbidden: the system's theme stays.
  }
})();
