// Kazakh for plotly's own texts and numbers; plotly ships none.
(function () {
  const locale = {
    moduleType: "locale",
    name: "kk",
    dictionary: {
      Autoscale: "Өзі масштабтау",
      "Box Select": "Тіктөртбұрышпен таңдау",
      "Compare data on hover": "Меңзер астындағы деректерді салыстыру",
      "Double-click on legend to isolate one trace": "Біреуін ғана қалдыру үшін шартты белгіні екі рет басыңыз",
      "Double-click to zoom back out": "Масштабты қайтару үшін екі рет басыңыз",
      "Download plot": "Суретті сақтау",
      "Download plot as a PNG": "Суретті PNG түрінде сақтау",
      "Image download succeeded": "Сурет сақталды",
      "Lasso Select": "Ілмекпен таңдау",
      Pan: "Жылжыту",
      "Preparing image - this may take a few seconds": "Сурет дайындалуда, бірнеше секунд күтіңіз",
      Reset: "Бастапқы күйге келтіру",
      "Reset axes": "Осьтерді бастапқы күйге келтіру",
      "Show closest data on hover": "Меңзерге ең жақын деректі көрсету",
      "Sorry, there was a problem downloading your image!": "Суретті сақтау мүмкін болмады",
      "Toggle Spike Lines": "Көмекші сызықтарды қосу не өшіру",
      "Toggle show closest data on hover": "Ең жақын деректі көрсетуді қосу не өшіру",
      Zoom: "Масштаб",
      "Zoom in": "Үлкейту",
      "Zoom out": "Кішірейту",
      "close:": "жабылуы:",
      "high:": "ең үлкені:",
      "low:": "ең кішісі:",
      "max:": "макс.:",
      "mean:": "орташа:",
      "median:": "медиана:",
      "min:": "мин.:",
      "open:": "ашылуы:",
      "source:": "бастау:",
      "target:": "нысана:",
      trace: "қатар",
    },
    format: {
      days: ["жексенбі", "дүйсенбі", "сейсенбі", "сәрсенбі", "бейсенбі", "жұма", "сенбі"],
      shortDays: ["жс", "дс", "сс", "ср", "бс", "жм", "сб"],
      months: [
        "қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан",
      ],
      shortMonths: ["қаң.", "ақп.", "нау.", "сәу.", "мам.", "мау.", "шіл.", "там.", "қыр.", "қаз.", "қар.", "жел."],
      date: "%d.%m.%Y",
      decimal: ",",
      thousands: " ",
    },
  };
  if (typeof Plotly === "undefined") {
    (window.PlotlyLocales = window.PlotlyLocales || []).push(locale);
  } else {
    Plotly.register(locale);
  }
})();
