// Questions that follow from an answer. Without scripts a "更新后面的问题" button asks the server for them;
// here the same request is made when the answer changes, and only the form's inside is exchanged.

const REFRESH = "_refresh";
const TYPED = "input:not([type=hidden]):not([type=file]), select, textarea";

async function refreshed(form) {
  const body = new FormData(form);
  for (const input of form.querySelectorAll('input[type="file"]')) body.delete(input.name);
  body.set(REFRESH, "1");
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
  if (!answer.ok) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.getElementById(form.dataset.fields);
}

// Chosen but not yet sent files live only in their inputs: carry the inputs over.
function keepFiles(from, to) {
  for (const input of from.querySelectorAll('input[type="file"]')) {
    if (input.files.length) to.querySelector(`#${CSS.escape(input.id)}`)?.replaceWith(input);
  }
}

// People go on while the server thinks: what stands in the page now is newer than what was sent.
function keepAnswers(from, to) {
  for (const input of from.querySelectorAll(TYPED)) {
    const same = input.id && to.querySelector(`#${CSS.escape(input.id)}`);
    if (!same || same.type !== input.type) continue;
    if (input.type === "checkbox" || input.type === "radio") same.checked = input.checked;
    else same.value = input.value;
  }
}

function keepFocus(exchange) {
  const { id, selectionStart, selectionEnd } = document.activeElement ?? {};
  exchange();
  const again = id && document.getElementById(id);
  if (!again) return;
  again.focus({ preventScroll: true });
  if (typeof selectionStart === "number") again.setSelectionRange(selectionStart, selectionEnd);
}

// A word half written with an input method would be lost with its field.
function whenWritten(form) {
  if (!form.writing) return Promise.resolve();
  return new Promise((go) => form.addEventListener("compositionend", () => setTimeout(go), { once: true }));
}

async function update(form, initialise) {
  const sent = ++form.refreshes;
  const fields = await refreshed(form);
  await whenWritten(form);
  const shown = document.getElementById(form.dataset.fields);
  if (sent !== form.refreshes) return; // a later answer is already on its way
  if (!fields || !shown) throw new Error("the server gave no questions");
  keepFocus(() => {
    keepAnswers(shown, fields);
    keepFiles(shown, fields);
    shown.replaceWith(fields);
    initialise(fields);
  });
}

// Where asking in the background does not work, the buttons of the page without scripts do.
function showButtons() {
  document.body.classList.remove("app-scripted");
}

export function followAnswers(scope, initialise) {
  for (const form of scope.querySelectorAll("form[data-fields]")) {
    form.refreshes = 0;
    form.addEventListener("compositionstart", () => (form.writing = true));
    form.addEventListener("compositionend", () => (form.writing = false));
    form.addEventListener("change", (event) => {
      if (event.target.closest("[data-leads]")) update(form, initialise).catch(showButtons);
    });
  }
}
