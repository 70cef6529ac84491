// Small helps on the citizens' pages: everything works without them. Printing, characters left, one sending at a time,
// and how far files have got.
(() => {
  function setUp(root) {
    for (const button of root.querySelectorAll(".print-button")) {
      button.hidden = false;
      button.addEventListener("click", () => window.print());
    }
    root.querySelectorAll("textarea[data-most]").forEach(countCharacters);
    root.querySelectorAll("form[data-once]").forEach(sendOnce);
    root.querySelectorAll("form[data-upload]").forEach(showProgress);
    // The summary of faults is read out and seen first.
    root.querySelector("#faults")?.focus();
  }

  function countCharacters(area) {
    const words = document.querySelector(`[data-count-for="${area.id}"]`);
    const most = Number(area.dataset.most);
    const tell = () => {
      const left = most - area.value.length;
      words.textContent = words.dataset.words.replace("#", left.toLocaleString("vi"));
      words.classList.toggle("is-over", left < 0);
    };
    let waiting;
    area.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(tell, 400);
    });
    if (area.value.length > most * 0.8) tell();
  }

  // A second press sends nothing twice; a page that is shown again from memory can be sent again.
  function sendOnce(form) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
    window.addEventListener("pageshow", () => delete form.dataset.sent);
  }

  function showProgress(form) {
    const bar = form.querySelector(".upload-bar");
    const words = form.querySelector(".upload-words");
    const button = form.querySelector("button");
    const show = (text) => {
      words.hidden = false;
      words.textContent = text;
    };
    const fail = () => {
      button.disabled = false;
      bar.hidden = true;
      show(form.dataset.failed);
    };
    form.addEventListener("submit", (event) => {
      if (!form.querySelector("input[type=file]").files.length) return;
      event.preventDefault();
      const data = new FormData(form);
      data.set("go", "upload");
      const request = new XMLHttpRequest();
      request.upload.addEventListener("progress", (now) => {
        if (!now.lengthComputable) return;
        bar.hidden = false;
        bar.value = Math.round((100 * now.loaded) / now.total);
        show(now.loaded < now.total ? form.dataset.working.replace("#", `${bar.value} %`) : form.dataset.checking);
      });
      request.addEventListener("load", () => takeOver(request.responseText) || fail());
      request.addEventListener("error", fail);
      button.disabled = true;
      show(form.dataset.working.replace("#", "0 %"));
      request.open("POST", window.location.pathname);
      request.send(data);
    });
  }

  // The answer is a whole page: its content takes the place of this one's, whether files were taken or refused.
  function takeOver(text) {
    const page = new DOMParser().parseFromString(text, "text/html");
    const fresh = page.querySelector("main");
    if (!fresh) return false;
    document.title = page.title;
    document.querySelector("main").replaceWith(document.adoptNode(fresh));
    setUp(fresh);
    if (!fresh.querySelector("#faults")) fresh.querySelector("#da-dinh-kem")?.scrollIntoView();
    return true;
  }

  setUp(document);
})();
