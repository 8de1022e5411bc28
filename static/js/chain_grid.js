// A grid of numbers: arrows and Enter walk through it, cells copied from a spreadsheet fill it from the cell in focus.
(() => {
  const table = document.querySelector("[data-grid]");
  if (!table) return;
  const rows = [...table.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("td input")]);
  const said = document.querySelector("[data-grid-said]");

  const placeOf = (input) => {
    const row = rows.findIndex((cells) => cells.includes(input));
    return { row, column: row < 0 ? -1 : rows[row].indexOf(input) };
  };

  const goTo = (row, column) => {
    const cell = rows[row]?.[column];
    if (!cell) return false;
    cell.focus();
    cell.select();
    return true;
  };

  const isAtEdge = (input, isRight) => {
    const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    return whole || (input.selectionStart === input.selectionEnd && input.selectionEnd === (isRight ? input.value.length : 0));
  };

  table.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !event.target.matches("td input")) return;
    const { row, column } = placeOf(event.target);
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [event.shiftKey ? -1 : 1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const step = steps[event.key];
    if (!step || (event.shiftKey && event.key !== "Enter")) return;
    if (step[1] && !isAtEdge(event.target, step[1] > 0)) return;
    if (goTo(row + step[0], column + step[1]) || event.key === "Enter") event.preventDefault();
  });

  const mark = (input) => input.classList.toggle("is-changed", input.value.trim() !== input.defaultValue.trim());

  table.addEventListener("input", (event) => mark(event.target));

  table.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "") ?? "";
    if (!/[\t\n]/.test(text) || !event.target.matches("td input")) return;
    event.preventDefault();
    const from = placeOf(event.target);
    let filled = 0;
    text.split("\n").forEach((line, down) =>
      line.split("\t").forEach((value, right) => {
        const cell = rows[from.row + down]?.[from.column + right];
        if (!cell) return;
        cell.value = value.trim().slice(0, cell.maxLength);
        mark(cell);
        filled += 1;
      }),
    );
    said.textContent = table.dataset.grid.replace("#", filled);
  });
})();
