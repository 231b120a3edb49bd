// The console's pages work without this: it shows how far a file or a mailing is, and keeps a form from going twice.

function sendWithProgress(form) {
  form.addEventListener("submit", (event) => {
    if (!form.querySelector("input[type=file]").files.length) return;
    event.preventDefault();
    const [bar, said] = [form.querySelector("progress"), form.querySelector("[role=status]")];
    const button = form.querySelector("button");
    form.querySelector(".ic-progress").hidden = false;
    bar.hidden = false;
    button.disabled = true;
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      bar.value = (100 * loaded) / total;
      said.textContent = form.dataset.upload.replace("{percent}", `${Math.round(bar.value)} %`);
    });
    request.upload.addEventListener("load", () => {
      bar.removeAttribute("value");
      said.textContent = form.dataset.reading;
    });
    request.addEventListener("load", () => {
      if (request.responseURL === form.action) showInPlace(request.responseText);
      else location.assign(request.responseURL);
    });
    request.addEventListener("error", () => {
      bar.hidden = true;
      button.disabled = false;
      said.textContent = form.dataset.failed;
    });
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "text/html");
    request.send(new FormData(form));
  });
}

function showInPlace(page) {
  const main = new DOMParser().parseFromString(page, "text/html").querySelector("main");
  document.querySelector("main").replaceWith(main);
  wire(main);
  main.querySelector("[role=alert]")?.focus();
}

function sendOnce(form) {
  form.addEventListener("submit", ({ submitter }) => {
    if (!submitter) return;
    const before = submitter.textContent;
    setTimeout(() => {
      submitter.disabled = true;
      submitter.textContent = form.dataset.once;
    });
    window.addEventListener("pageshow", () => {
      submitter.disabled = false;
      submitter.textContent = before;
    });
  });
}

function watch(polled) {
  const look = async () => {
    const response = await fetch(polled.dataset.poll, { headers: { Accept: "application/json" } });
    if (!response.ok || response.redirected) return location.reload();
    const { bars, working } = await response.json();
    for (const { number, total, waiting } of bars) {
      const bar = polled.querySelector(`progress[data-bar="${number}"]`);
      if (!bar || total === null) continue;
      bar.value = total - waiting;
      const said = bar.parentElement.querySelector("[data-said]");
      said.textContent = said.dataset.said.replace("{done}", total - waiting)
        .replace("{total}", total).replace("{waiting}", waiting);
    }
    if (working) setTimeout(look, 2000);
    else location.reload();
  };
  setTimeout(look, 1000);
}

function wire(root) {
  root.querySelectorAll("form[data-upload]").forEach(sendWithProgress);
  root.querySelectorAll("form[data-once]").forEach(sendOnce);
  root.querySelectorAll("[data-poll]").forEach(watch);
}

wire(document);
