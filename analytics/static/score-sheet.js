// The score sheet answers while it is filled in: the server scores, this page shows it. Without this script the button does it.
"use strict";

const form = document.querySelector("[data-score-sheet]");
let latest = 0;

async function ask() {
  const turn = ++latest;
  const entered = new FormData(form);
  entered.set("wish", "check");
  let answer;
  try {
    answer = await fetch(location.pathname, { method: "POST", body: entered, credentials: "same-origin" });
  } catch {
    return; // no connection: the buttons still say so
  }
  if (!answer.ok || answer.redirected || turn !== latest) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(part.id);
    if (fresh) part.replaceWith(document.adoptNode(fresh));
  }
  for (const input of form.querySelectorAll("[id$='_score'], [id$='_plan'], [id$='_fact']")) {
    const wrong = page.getElementById(input.id)?.getAttribute("aria-invalid") === "true";
    input.closest(".govuk-form-group").classList.toggle("govuk-form-group--error", wrong);
    if (wrong) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
}

form.addEventListener("change", ask);

// Another language keeps what was entered: the sheet is sent to that language's page.
for (const link of document.querySelectorAll("[data-language]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const wish = document.createElement("input");
    Object.assign(wish, { type: "hidden", name: "wish", value: "check" });
    form.append(wish);
    form.action = link.href;
    form.submit();
  });
}
