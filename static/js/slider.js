// A slider moves the number in the field it stands for, and the field moves the slider; without this file only the field is there.
(() => {
  document.querySelectorAll("[data-slides]").forEach((slider) => {
    const field = document.getElementById(slider.dataset.slides);
    if (!field) return;
    slider.hidden = false;
    slider.addEventListener("input", () => {
      field.value = slider.value;
    });
    field.addEventListener("input", () => {
      const number = Number.parseFloat(field.value.replace(",", "."));
      if (Number.isFinite(number)) slider.value = number;
    });
  });
})();
