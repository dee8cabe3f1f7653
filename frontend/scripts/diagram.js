// "Where is this case": shows a BPMN file read-only and marks where it stands. The page has a text outline beside it.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

async function show(element) {
  const viewer = new NavigatedViewer({ container: element });
  const answer = await fetch(element.dataset.diagram);
  if (!answer.ok) throw new Error(`diagram: ${answer.status}`);
  await viewer.importXML(await answer.text());
  const canvas = viewer.get("canvas");
  const known = viewer.get("elementRegistry");
  const mark = (ids, marker) => {
    for (const id of (ids ?? "").split(" ")) if (known.get(id)) canvas.addMarker(id, marker);
  };
  mark(element.dataset.done, "app-diagram__done");
  mark(element.dataset.here, "app-diagram__here");
  canvas.zoom("fit-viewport", "auto");
  element.dataset.ready = "true";
}

for (const element of document.querySelectorAll("[data-diagram]")) {
  show(element).catch((error) => {
    element.hidden = true; // the outline says the same
    console.error(error);
  });
}
