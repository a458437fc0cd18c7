// Draws each chart into its place. SVG, so that colours may be variables of the page's style and follow light and dark.
const options = { actions: false, renderer: "svg", tooltip: { theme: "page" } };
const drawn = [...document.querySelectorAll(".plot")].map((place) => {
  const spec = JSON.parse(document.getElementById(`${place.id}-spec`).textContent);
  return window.vegaEmbed(place, spec, options).then(({ view }) => {
    // One name for the whole picture; what its marks say in numbers is in the table.
    for (const svg of place.querySelectorAll("svg")) {
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", place.dataset.alt);
      for (const part of svg.querySelectorAll("[aria-label], [role]")) {
        part.removeAttribute("aria-label");
        part.removeAttribute("role");
        part.removeAttribute("aria-roledescription");
      }
    }
    return view;
  });
});
Promise.all(drawn).then(() => document.documentElement.setAttribute("data-drawn", String(drawn.length)));
