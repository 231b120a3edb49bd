// Draws every chart of the page from the JSON beside it. Nothing leaves the browser: the vendor's cloud is off.
(function () {
  const NARROW = window.matchMedia("(max-width: 46em)");
  const DARK = window.matchMedia("(prefers-color-scheme: dark)");
  const SEPARATORS = { kk: ", ", ru: ", ", en: ".," };

  const config = (locale) => ({
    displayModeBar: false,
    displaylogo: false,
    doubleClick: false,
    locale,
    plotlyServerURL: "",
    responsive: true,
    scrollZoom: false,
    showSendToCloud: false,
    showTips: false,
  });

  // "xaxis.dtick": 10 sets layout.xaxis.dtick
  function assign(target, patch) {
    for (const [path, value] of Object.entries(patch)) {
      const names = path.split(".");
      const last = names.pop();
      names.reduce((object, name) => (object[name] = object[name] || {}), target)[last] = value;
    }
  }

  // A picture travels without its page: it takes the page's question and subject along.
  function addTitle(layout) {
    const words = (selector) => (document.querySelector(selector)?.textContent || "").replace(/\s+/g, " ").trim();
    const subject = words(".pk-campaign") || words("[aria-current=page]");
    layout.margin.t += 64;
    layout.height += 64;
    const place = { x: 0, xref: "container", pad: { l: 16 }, y: 1 - 26 / layout.height, yref: "container", yanchor: "top" };
    layout.title = { text: `${words("h1")}<br>${subject}`, font: { size: 17 }, ...place };
  }

  function figureFor(chart, element, onPaper) {
    const figure = structuredClone({ data: chart.data, layout: chart.layout });
    if (NARROW.matches && !onPaper) {
      assign(figure.layout, chart.narrow.layout);
      figure.data.forEach((trace) => trace.text && assign(trace, chart.narrow.data));
    }
    const style = getComputedStyle(element);
    const ink = onPaper ? "#14282c" : style.getPropertyValue("--govuk-text-colour").trim() || style.color;
    const paper = onPaper ? "#ffffff" : style.getPropertyValue("--govuk-body-background-colour").trim();
    figure.layout.font.color = ink;
    figure.layout.hoverlabel = { ...figure.layout.hoverlabel, bgcolor: paper, bordercolor: ink, font: { size: 14, color: ink } };
    figure.layout.separators = SEPARATORS[element.dataset.locale];
    if (onPaper) {
      figure.layout.paper_bgcolor = figure.layout.plot_bgcolor = paper;
      figure.layout.font.family = "Arial, 'Liberation Sans', sans-serif"; // a picture cannot load the page's font
      addTitle(figure.layout);
    }
    return figure;
  }

  function draw(chart, element) {
    const { data, layout } = figureFor(chart, element, false);
    const how = element.classList.contains("js-plotly-plot") ? Plotly.react : Plotly.newPlot;
    return how(element, data, layout, config(element.dataset.locale));
  }

  function savePicture(chart, element) {
    const figure = figureFor(chart, element, true);
    const size = { width: 1200, height: figure.layout.height, scale: 2, format: "png", filename: chart.name };
    return Plotly.downloadImage({ ...figure, config: config(element.dataset.locale) }, size);
  }

  for (const script of document.querySelectorAll("script.chart")) {
    const chart = JSON.parse(script.textContent);
    const element = document.getElementById(script.dataset.chart);
    draw(chart, element);
    NARROW.addEventListener("change", () => draw(chart, element));
    DARK.addEventListener("change", () => draw(chart, element));
    const button = document.querySelector(`[data-picture="${script.dataset.chart}"]`);
    button.hidden = false;
    button.addEventListener("click", () => savePicture(chart, element));
  }
})();
