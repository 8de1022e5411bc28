// Mayak on a company's site: a button, and a panel with the question. It opens only when asked to, so it has nothing to remember:
// no cookies, no storage. It fits a strict content policy: script-src and connect-src of Mayak's address, nothing inline.
(() => {
  const words = "__WORDS__";
  const script = document.currentScript;
  const url = new URL("answers/", script.src);
  const isPreview = "preview" in script.dataset;

  const make = (tag, props = {}, ...children) => {
    const node = Object.assign(document.createElement(tag), props);
    node.append(...children);
    return node;
  };

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host{all:initial;position:fixed;right:16px;bottom:16px;z-index:2147483000;color-scheme:light;font:400 16px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color:#0F1D30}
    *{box-sizing:border-box;font:inherit;color:inherit}
    [hidden]{display:none!important}
    button{cursor:pointer;border:0;min-height:44px}
    :focus-visible{outline:3px solid #1D6FD8;outline-offset:2px}
    .open,.send{background:${words.color};color:#fff;font-weight:700;border-radius:14px;padding:10px 20px}
    .open{border-radius:999px;box-shadow:0 6px 24px #0f1d3040}
    .send{width:100%;margin-top:14px}
    .send:disabled{background:#C9D3DE;color:#45546A;cursor:default}
    .panel{width:min(400px,calc(100vw - 32px));max-height:calc(100vh - 32px);overflow:auto;background:#fff;border-radius:20px;padding:20px;box-shadow:0 12px 48px #0f1d3059;overflow-wrap:anywhere}
    .head{display:flex;gap:8px;align-items:flex-start}
    h2{flex:1;margin:0;font-size:19px;line-height:1.35;font-weight:700}
    .close{background:none;width:44px;margin:-10px -12px 0 0;font-size:22px;border-radius:12px}
    fieldset{border:0;margin:14px 0 0;padding:0;min-width:0}
    .scale{display:grid;grid-template-columns:repeat(6,1fr);gap:6px}
    .scale label{position:relative}
    .scale input{position:absolute;inset:0;width:100%;height:100%;opacity:0;margin:0;cursor:pointer}
    .scale span{display:grid;place-items:center;height:44px;border:1.5px solid #6B7A90;border-radius:10px;font-weight:700}
    .scale input:checked+span{background:${words.color};border-color:${words.color};color:#fff}
    .scale input:focus-visible+span{outline:3px solid #1D6FD8;outline-offset:2px}
    .ends{display:flex;justify-content:space-between;gap:12px;font-size:13px;color:#45546A;margin-top:6px}
    .field{display:block;margin-top:14px;font-weight:700;font-size:15px}
    textarea{display:block;width:100%;margin-top:6px;padding:10px 12px;border:1.5px solid #6B7A90;border-radius:12px;font-weight:400;resize:vertical;background:#fff}
    .wrong{color:#A3261B;font-weight:600;margin:12px 0 0}
    .note{font-size:13px;color:#45546A;margin:12px 0 0}
  `);

  const host = make("div", { lang: words.lang });
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  const opener = make("button", { type: "button", className: "open", textContent: words.open, ariaHasPopup: "dialog", ariaExpanded: "false" });
  root.append(opener);
  document.body ? document.body.append(host) : addEventListener("DOMContentLoaded", () => document.body.append(host));

  let panel, isDone;

  const shut = () => {
    panel?.remove();
    panel = null;
    opener.hidden = Boolean(isDone);
    opener.ariaExpanded = "false";
    opener.focus();
  };

  const area = (name) => {
    const text = make("span");
    const field = make("label", { className: "field", hidden: true }, text, make("textarea", { name, rows: 2, maxLength: words.limit }));
    return [field, text];
  };

  const draw = (texts) => {
    const title = make("h2", { id: "title", textContent: texts.question, tabIndex: -1 });
    const close = make("button", { type: "button", className: "close", textContent: "×", ariaLabel: words.close, onclick: shut });
    const scale = make("div", { className: "scale" });
    for (let score = 0; score <= 10; score += 1) {
      const end = score === 0 ? `, ${texts.low}` : score === 10 ? `, ${texts.high}` : "";
      const radio = make("input", { type: "radio", name: "score", value: score, ariaLabel: score + end });
      scale.append(make("label", {}, radio, make("span", { textContent: score })));
    }
    const ends = make("div", { className: "ends" }, make("span", { textContent: `0 — ${texts.low}` }), make("span", { textContent: `10 — ${texts.high}` }));
    const fieldset = make("fieldset", {}, scale, ends);
    fieldset.setAttribute("aria-labelledby", "title");
    const [why, whyText] = area("why");
    const [ten, tenText] = area("ten");
    const send = make("button", { className: "send", textContent: words.send, disabled: true });
    const wrong = make("p", { className: "wrong", role: "alert", hidden: true });
    const note = make("p", { className: "note", textContent: isPreview ? words.preview : words.read });
    const form = make("form", {}, fieldset, why, ten, wrong, send, note);
    form.onchange = (event) => {
      if (event.target.name !== "score") return;
      whyText.textContent = texts.why;
      tenText.textContent = event.target.value > 8 ? texts.fans : texts.ten;
      why.hidden = ten.hidden = send.disabled = false;
    };
    form.onsubmit = async (event) => {
      event.preventDefault();
      send.disabled = true;
      wrong.textContent = await post(new FormData(form), texts.stamp);
      wrong.hidden = !wrong.textContent;
      send.disabled = false;
      if (wrong.hidden) {
        isDone = !isPreview;
        title.textContent = words.thanks;
        form.replaceWith(note);
        title.focus();
      }
    };
    panel.replaceChildren(make("div", { className: "head" }, title, close), form);
    title.focus();
  };

  // A simple request without credentials: no preflight, and no cookie goes along even if the visitor has one of ours.
  const ask = (options) => fetch(url, { credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store", ...options });

  const post = async (data, stamp) => {
    if (isPreview) return "";
    data.set("stamp", stamp);
    try {
      const response = await ask({ method: "POST", body: new URLSearchParams(data) });
      return response.ok ? "" : (await response.json()).reason || words.failed;
    } catch {
      return words.failed;
    }
  };

  opener.onclick = async () => {
    opener.disabled = true;
    const response = await ask().catch(() => null);
    const texts = response?.ok && (await response.json());
    opener.disabled = false;
    if (response?.status === 410) host.remove(); // closed since the script was fetched
    if (!texts) return;
    panel = make("div", { className: "panel", role: "dialog", onkeydown: (event) => event.key === "Escape" && shut() });
    panel.setAttribute("aria-labelledby", "title");
    root.append(panel);
    opener.hidden = true;
    opener.ariaExpanded = "true";
    draw(texts);
  };
})();
