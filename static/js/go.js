// Counts the click of somebody who has the page before their eyes, and leads on.
const { target } = document.currentScript.dataset;
const leadOn = () => {
  if (document.visibilityState !== "visible" || navigator.webdriver) return;
  document.removeEventListener("visibilitychange", leadOn);
  navigator.sendBeacon(location.href, new URLSearchParams({ beacon: "1" }));
  location.replace(target);
};
document.addEventListener("visibilitychange", leadOn);
leadOn();
