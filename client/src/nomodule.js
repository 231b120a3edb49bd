// For browsers that are too old to run the page's script: they run this instead, and say so. No syntax after 2009.

(function () {
  /** @param {Element | null} element @param {string} text */
  function put(element, text) {
    if (element) element.textContent = text;
  }

  var data = document.getElementById("page-data");
  var texts = JSON.parse((data && data.textContent) || "{}").texts || {};
  var problem = document.querySelector('[data-step="problem"]');
  if (!problem) return put(document.getElementById("status"), texts.old_title + ". " + texts.old_text + " " + texts.old_next);
  var steps = document.querySelectorAll("[data-step]");
  for (var i = 0; i < steps.length; i += 1) {
    if (steps[i] === problem) steps[i].removeAttribute("hidden");
    else steps[i].setAttribute("hidden", "");
  }
  put(problem.querySelector('[data-slot="problem-title"]'), texts.old_title);
  put(problem.querySelector('[data-slot="problem-text"]'), texts.old_text);
  put(problem.querySelector('[data-slot="problem-next"]'), texts.old_next);
})();
