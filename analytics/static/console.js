// The console's small helps: tick all campaigns at once, watch an opening. Without this script both work by hand.
(function () {
  const all = document.querySelector("[data-all]");
  const boxes = [...document.querySelectorAll('.co-table input[name="campaign"]:not([disabled])')];
  if (all && boxes.length > 1) {
    const box = all.querySelector("input");
    const show = () => {
      const ticked = boxes.filter((one) => one.checked).length;
      box.checked = ticked === boxes.length;
      box.indeterminate = ticked > 0 && ticked < boxes.length;
    };
    all.hidden = false;
    box.addEventListener("change", () => { for (const one of boxes) one.checked = box.checked; });
    for (const one of boxes) one.addEventListener("change", show);
    show();
  }

  document.getElementById("problem")?.focus();

  const watched = document.querySelector("[data-progress]");
  if (!watched) return;
  const bar = watched.querySelector("progress");
  const percent = watched.querySelector("[data-percent]");
  let finished = null;

  async function look() {
    try {
      const answer = await fetch(watched.dataset.progress, { cache: "no-store", headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) return location.reload();
      const now = await answer.json();
      bar.value = now.percent;
      percent.textContent = now.percent;
      if (now.ended || (finished !== null && finished !== now.at)) return location.reload();
      finished = now.at;
    } catch {
      // no connection: the next look tells
    }
    setTimeout(look, 1000);
  }
  setTimeout(look, 700);
})();
