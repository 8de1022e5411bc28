// Times a speech said aloud: starts, runs past the breath, judges. Nothing is recorded.
const card = document.querySelector("[data-speech]");
if (card) {
  const breath = Number(card.dataset.speech);
  const [start, stop] = [card.querySelector("[data-start]"), card.querySelector("[data-stop]")];
  const [bar, clock, verdict] = [card.querySelector("progress"), card.querySelector(".sl-clock"), card.querySelector("[data-verdict]")];
  let began = 0;
  let timer = 0;
  const seconds = () => (performance.now() - began) / 1000;
  const show = () => {
    bar.value = Math.min(seconds(), breath);
    clock.textContent = String(Math.floor(seconds()));
  };
  start.addEventListener("click", () => {
    began = performance.now();
    verdict.textContent = "";
    start.hidden = true;
    stop.hidden = false;
    stop.focus();
    clearInterval(timer);
    timer = setInterval(show, 200);
    show();
  });
  stop.addEventListener("click", () => {
    clearInterval(timer);
    const said = Math.round(seconds());
    const fastest = (Number(card.dataset.words) * 60) / 200; // 200 words a minute: a patter
    const words = said > breath ? verdict.dataset.long : said < fastest ? verdict.dataset.fast : verdict.dataset.good;
    verdict.textContent = words.replace("{s}", String(said));
    start.hidden = false;
    stop.hidden = true;
    start.focus();
  });
}
