// A press asks the browser for a passkey and sends what it gives; a refusal is said beside the button.
(() => {
  const optionsOf = async (form, does) => {
    if (does !== "login") return JSON.parse(form.querySelector('script[type="application/json"]').textContent);
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.json();
  };

  const create = (options, form) => {
    const alone = form.elements.passwordless?.checked || false;
    const selection = options.creation_options.publicKey.authenticatorSelection;
    Object.assign(selection, { residentKey: alone ? "required" : "discouraged", requireResidentKey: alone });
    if (alone) selection.userVerification = "required";
    return window.webauthnJSON.create(options.creation_options);
  };

  const ask = async (button) => {
    const { form } = button;
    const said = button.nextElementSibling;
    said.hidden = true;
    try {
      const options = await optionsOf(form, button.dataset.passkey);
      const making = button.dataset.passkey === "create";
      const given = making ? await create(options, form) : await window.webauthnJSON.get(options.request_options);
      form.elements.credential.value = JSON.stringify(given);
      form.submit();
    } catch {
      said.textContent = button.dataset.refused;
      said.hidden = false;
    }
  };

  for (const button of document.querySelectorAll("[data-passkey]")) button.addEventListener("click", () => ask(button));
})();
