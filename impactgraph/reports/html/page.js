// Draws each chart into its place. SVG, so that colours may be variables of the page's style and follow light and dark.
const options = { actions: false, renderer: "svg", tooltip: { theme: "page" } };
const drawn = [...document.querySelectorAll(".plot")].map((place) => {
  const spec = JSON.parse(document.getElementById(`${place.id}-spec`).textContent);
  const label = place.getAttribute("aria-label");
  return window.vegaEmbed(place, spec, options).then(({ view }) => {
    // The place keeps its one name for the whole picture; what its marks say in numbers is in the tables.
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", label);
    place.removeAttribute("aria-roledescription");
    for (const svg of place.querySelectorAll("svg")) {
      svg.setAttribute("aria-hidden", "true");
      svg.removeAttribute("role");
      for (const part of svg.querySelectorAll("[tabindex]")) part.removeAttribute("tabindex");
    }
    return view;
  });
});
Promise.all(drawn).then(() => document.documentElement.setAttribute("data-drawn", String(drawn.length)));
