// Tables that can be sorted by any column and copied into a spreadsheet. Without this script they are plain tables.
(function () {
  const texts = document.getElementById("table-texts")?.dataset;
  const status = document.getElementById("status");
  if (!texts) return;

  const say = (text) => { status.textContent = ""; setTimeout(() => { status.textContent = text; }, 50); };
  const fill = (text, column) => text.replace("{column}", column);
  const words = (node) => node.textContent.replace(/\s+/g, " ").trim();

  // What a cell is sorted by: its number if it has one, else its text; a hidden or missing figure has none.
  function keyOf(row, column) {
    const cell = row.cells[column];
    if (!cell || cell.colSpan > 1) return null;
    const number = cell.dataset.order ?? cell.dataset.value;
    if (number !== undefined) return Number(number);
    return cell.classList.contains("govuk-table__cell--numeric") || cell.querySelector("[aria-hidden]") ? null : words(cell);
  }

  const compare = (a, b) => (typeof a === "string" || typeof b === "string")
    ? String(a).localeCompare(String(b), document.documentElement.lang, { numeric: true })
    : a - b;

  function sort(table, head, direction) {
    const sign = direction === "ascending" ? 1 : -1;
    const rows = [...table.tBodies[0].rows].map((row) => [keyOf(row, head.cellIndex), row]);
    rows.sort(([a], [b]) => (a === null) - (b === null) || (a === null ? 0 : sign * compare(a, b)));
    table.tBodies[0].append(...rows.map(([, row]) => row));
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", direction);
    say(fill(texts[direction], head.dataset.name));
  }

  function makeSortable(table) {
    const heads = [...table.tHead.rows[0].cells].filter((head) => head.dataset.sort);
    if (!heads.length) return;
    for (const head of heads) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "ag-sort";
      button.setAttribute("aria-label", fill(texts.sort, head.dataset.name));
      button.addEventListener("click", () => {
        const now = head.getAttribute("aria-sort");
        const other = now === "ascending" ? "descending" : "ascending";
        sort(table, head, now ? other : head.dataset.sort);
      });
      head.append(" ", button);
    }
    table.classList.add("is-sortable");
  }

  // A number without its sign of percent, in the page's notation, so that a spreadsheet takes it as one.
  function textOf(cell) {
    if (cell.tagName === "TD" && cell.dataset.value !== undefined) {
      return document.documentElement.lang === "en" ? cell.dataset.value : cell.dataset.value.replace(".", ",");
    }
    if (cell.dataset.name) return cell.dataset.name;
    const copy = cell.cloneNode(true);
    copy.querySelectorAll("[data-nocopy], [aria-hidden], button").forEach((node) => node.remove());
    copy.querySelectorAll("li").forEach((node) => node.append("; "));
    return words(copy).replace(/;$/, "");
  }

  const rowsOf = (table) => [...table.rows].map((row) =>
    [...row.cells].flatMap((cell) => [textOf(cell), ...Array(cell.colSpan - 1).fill("")]).join("\t")).join("\n");

  async function write(text) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const area = document.createElement("textarea"); // pages without https have no clipboard of their own
    area.value = text;
    area.className = "govuk-visually-hidden";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) throw new Error("not copied");
  }

  function makeCopyable(table) {
    const line = document.createElement("p");
    const button = document.createElement("button");
    line.className = "ag-tools ag-tools--table";
    button.type = "button";
    button.className = "ag-tool";
    button.textContent = texts.copy;
    button.addEventListener("click", () =>
      write(rowsOf(table)).then(() => { say(texts.copied); button.focus(); }, () => say(texts.refused)));
    line.append(button);
    table.closest(".ag-scroll").after(line);
  }

  // Tables become cards on a phone; browsers then forget that they are tables unless told.
  function keepRoles(table) {
    const roles = [["table", [table]], ["rowgroup", table.querySelectorAll("thead, tbody, tfoot")], ["row", table.rows],
      ["columnheader", table.querySelectorAll("th[scope=col]")], ["rowheader", table.querySelectorAll("th[scope=row]")],
      ["cell", table.querySelectorAll("td")]];
    for (const [role, nodes] of roles) for (const node of nodes) node.setAttribute("role", role);
  }

  for (const table of document.querySelectorAll("table[data-table]")) {
    keepRoles(table);
    if (table.tBodies[0].rows.length > 1) makeSortable(table);
    makeCopyable(table);
  }
})();
