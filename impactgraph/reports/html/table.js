// Tables to sort and to search. Without this they are plain tables: it makes buttons of the headings and shows the search field.
const keyOf = (row, column) => row.cells[column].dataset.key;
const compared = (one, other) => {
  const numbers = [Number(one), Number(other)];
  return numbers.some(Number.isNaN) ? one.localeCompare(other) : numbers[0] - numbers[1];
};
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const headings = [...table.tHead.rows[0].cells];
  const sortBy = (column) => {
    const isDown = headings[column].getAttribute("aria-sort") === "ascending";
    for (const heading of headings) heading.removeAttribute("aria-sort");
    headings[column].setAttribute("aria-sort", isDown ? "descending" : "ascending");
    rows.sort((one, other) => {
      const [a, b] = [keyOf(one, column), keyOf(other, column)];
      if (a === undefined || b === undefined) return (a === undefined) - (b === undefined); // what is not known comes last, either way
      return isDown ? compared(b, a) : compared(a, b);
    });
    body.append(...rows);
  };
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent;
    button.addEventListener("click", () => sortBy(column));
    heading.replaceChildren(button);
  });
  const search = table.closest("section").querySelector(".search");
  const [field, status] = [search.querySelector("input"), search.querySelector("[role=status]")];
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word));
    status.textContent = words.length ? `${rows.filter((row) => !row.hidden).length} of ${rows.length}` : "";
  });
  search.hidden = false;
}
