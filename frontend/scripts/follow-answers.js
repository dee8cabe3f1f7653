// Questions that follow from an answer. Without scripts a "更新后面的问题" button asks the server for them;
// here the same request is made when the answer changes, and only the form's inside is exchanged.

const REFRESH = "_refresh";

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

async function update(form, initialise) {
  const sent = ++form.refreshes;
  const fields = await refreshed(form);
  const shown = document.getElementById(form.dataset.fields);
  if (!fields || !shown || sent !== form.refreshes) return; // a later answer is already on its way
  const focus = document.activeElement?.id;
  keepFiles(shown, fields);
  shown.replaceWith(fields);
  initialise(fields);
  if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
}

export function followAnswers(scope, initialise) {
  for (const form of scope.querySelectorAll("form[data-fields]")) {
    form.refreshes = 0;
    form.addEventListener("change", (event) => {
      if (event.target.closest("[data-leads]")) update(form, initialise);
    });
  }
}
